// Runs before the first paint: the reader's own theme, and the mark that scripts work here.

const root = document.documentElement;
root.classList.add("js");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
} catch {
  // No storage (a private window): the system's theme stands.
}
