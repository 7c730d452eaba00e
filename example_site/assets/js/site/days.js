// Marks which day of the board is shown; htmx fetches the day itself.
document.addEventListener("click", (event) => {
  const pressed = event.target.closest(".days button")
  if (!pressed) return
  for (const button of document.querySelectorAll(".days button")) {
    button.setAttribute("aria-pressed", String(button === pressed))
  }
})
