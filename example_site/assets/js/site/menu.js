// The menu folds away on narrow screens; without scripts it stays open.
(function () {
  document.documentElement.classList.add("scripted");
  const button = document.querySelector(".menu-button");
  const menu = document.querySelector(".menu");
  if (!button || !menu) return;
  button.addEventListener("click", () => {
    const open = menu.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
})()
