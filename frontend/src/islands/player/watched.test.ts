import { beforeEach, expect, test } from "vitest";
import { Watched } from "./watched";

/** A person at a player: time passes, the position follows at the speed, `timeupdate` comes four times a second. */
class Viewer {
  watched = new Watched();
  position = 0;
  now = 1_000;
  speed = 1;

  play(seconds: number): this {
    this.watched.play(this.position, this.now);
    for (let left = seconds; left > 1e-9; left -= 0.25) {
      const step = Math.min(0.25, left);
      this.now += step * 1000;
      this.position += step * this.speed;
      this.watched.tick(this.position, this.now);
    }
    return this;
  }

  pause(): this {
    this.watched.stop(this.position, this.now);
    return this;
  }

  seek(to: number): this {
    this.position = to;
    this.watched.jump();
    return this;
  }

  wait(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  setSpeed(speed: number): this {
    this.watched.rate(speed, this.position, this.now);
    this.speed = speed;
    return this;
  }
}

let viewer: Viewer;
beforeEach(() => {
  viewer = new Viewer();
});

test("nothing played is nothing watched", () => {
  expect(viewer.watched.seconds()).toEqual([]);
});

test("playing counts the seconds played, also while still playing", () => {
  expect(viewer.play(4).watched.seconds()).toEqual([[0, 4]]);
});

test("dragging the slider to the end watches nothing", () => {
  viewer.play(2).seek(598).pause();
  expect(viewer.watched.seconds(600)).toEqual([[0, 2]]);
});

test("a seek without any event still counts nothing in between", () => {
  viewer.play(2);
  viewer.position = 300;
  viewer.play(1).pause();
  expect(viewer.watched.seconds(600)).toEqual([
    [0, 2],
    [300, 301],
  ]);
});

test("scrubbing through a whole video in small jumps watches none of it", () => {
  for (let position = 0; position < 100; position += 2) viewer.seek(position);
  expect(viewer.watched.seconds(100)).toEqual([]);
});

test("seconds seen twice count once", () => {
  viewer.play(10).seek(0).play(5).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 10]]);
});

test("a pause in the middle of a second loses nothing", () => {
  viewer.play(3.5).pause().wait(60).play(2.5).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 6]]);
});

test("time spent paused is not watched", () => {
  viewer.play(3).pause().wait(600);
  expect(viewer.watched.seconds()).toEqual([[0, 3]]);
});

test("a stall counts the position, not the clock", () => {
  viewer.play(3);
  viewer.watched.stop(viewer.position, viewer.now); // waiting
  viewer.wait(30).play(2).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 5]]);
});

test("at double speed ten seconds are watched in five", () => {
  viewer.setSpeed(2).play(5).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 10]]);
});

test("changing speed while playing breaks nothing", () => {
  viewer.play(4).setSpeed(2).play(3).setSpeed(0.5).play(4).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 12]]);
});

test("a throttled tab that reports every ten seconds is believed", () => {
  viewer.watched.play(0, 0);
  viewer.watched.tick(10, 10_000);
  viewer.watched.tick(20, 20_000);
  expect(viewer.watched.seconds()).toEqual([[0, 20]]);
});

test("a position faster than the clock is not believed", () => {
  viewer.watched.play(0, 0);
  viewer.watched.tick(10, 1_000);
  viewer.watched.tick(11, 2_000);
  expect(viewer.watched.seconds()).toEqual([[10, 11]]);
});

test("going back while playing closes the span", () => {
  viewer.play(6);
  viewer.position = 2;
  viewer.play(1).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 6]]);
});

test("less than half a second does not count as one", () => {
  viewer.seek(10.7).play(1).pause(); // 10.7 to 11.7
  expect(viewer.watched.seconds()).toEqual([[11, 12]]);
});

test("two halves of a second seen at different times make it whole", () => {
  viewer.play(0.4).pause().seek(0.6).play(0.4).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 1]]);
});

test("the short last second counts by what there is of it", () => {
  viewer.seek(5).play(3.3).pause(); // to 8.3 of 8.3
  expect(viewer.watched.seconds(8.3)).toEqual([[5, 9]]);
  expect(viewer.watched.seconds()).toEqual([[5, 8]]);
});

test("playing to the very end counts every second", () => {
  viewer.play(12.75).pause();
  expect(viewer.watched.seconds(12.75)).toEqual([[0, 13]]);
});

test("`play` while playing (after a stall) does not lose the span", () => {
  viewer.play(2);
  viewer.watched.play(viewer.position, viewer.now);
  viewer.play(2).pause();
  expect(viewer.watched.seconds()).toEqual([[0, 4]]);
});
