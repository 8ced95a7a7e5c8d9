// The scripts of every screen. Each works alone; without them the screens still read and post.

import "./swaps.js";
import "./theme-switch.js";
import "./menus.js";
import "./rows.js";
import "./keys.js";
import "./dialogs.js";
import "./palette.js";
import "./toasts.js";
import "./forms.js";
import "./upload.js";
