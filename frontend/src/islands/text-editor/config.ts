export interface TextConfig {
  html: string;
  /** The version that the page was made with; 0: nothing has been written yet. */
  version: number;
  title: string;
  save_url: string;
  pictures_url: string;
  csrf_token: string;
}

export interface Picture {
  src: string;
  width: number;
  height: number;
}
