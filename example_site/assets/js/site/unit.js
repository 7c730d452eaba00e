// Degrees in Celsius or Fahrenheit, for everything that has data-celsius, also when htmx brings it later.
(function () {
  let unit = "C";
  const label = (celsius) => (unit === "C" ? `${celsius} °C` : `${(celsius * 1.8 + 32).toFixed(0)} °F`);
  const show = (root) => {
    for (const element of root.querySelectorAll("[data-celsius]")) {
      element.textContent = label(Number(element.dataset.celsius));
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".unit");
    if (!button) return;
    unit = unit === "C" ? "F" : "C";
    button.textContent = `Show °${unit === "C" ? "F" : "C"}`;
    show(document);
  });
  document.addEventListener("htmx:afterSwap", (event) => show(event.target));
})();
