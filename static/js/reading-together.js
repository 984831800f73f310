// All that an entry's page does for members who read it together.

import "./margin-notes.js";
import "./note-composer.js";
import "./mention-list.js";
import "./mood-menu.js";
import "./quote-bar.js";
import "./word-by-word.js";
import "./beside.js";
