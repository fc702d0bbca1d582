/** "1:05:09", "4:07". Rounded up, so that it says 0:00 only when nothing is left. */
export function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** What is read aloud when so many seconds are left, or nothing: a clock that speaks each second is no help. */
export function announcement(before: number, now: number): string {
  for (const minutes of [10, 5, 1]) {
    if (before > minutes * 60 && now <= minutes * 60) return `${minutes} ${minutes === 1 ? "minute" : "minutes"} left`;
  }
  return "";
}
