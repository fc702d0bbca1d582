import "./main.css";
import { mountIslands } from "./islands";
import { startConfirm } from "./page/confirm";
import { readyControls, startControls } from "./page/controls";
import { startFragments } from "./page/fragments";
import { startKept } from "./page/kept";
import { startTheme } from "./page/theme";
import { startToasts } from "./page/toasts";

startConfirm(); // first: it holds back what the others would act on
startFragments();
startControls();
startToasts();
startTheme();
readyControls(document);
void mountIslands(document);
startKept();
