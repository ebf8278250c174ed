// The plain pages: a password that can be looked at, and how long to wait. Without it they work as well.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const field = document.querySelector("#password");
  const show = document.querySelector("button.show");
  if (field && show) {
    show.hidden = false;
    show.addEventListener("click", () => {
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      show.textContent = hidden ? "隐藏" : "显示";
      field.focus();
    });
  }
  const told = document.querySelector("[data-wait]");
  const enter = document.querySelector("button.primary");
  let left = told ? Number(told.dataset.wait) : 0;
  if (left > 0 && enter) {
    const words = enter.textContent;
    enter.disabled = true;
    const count = setInterval(() => {
      left -= 1;
      enter.textContent = left > 0 ? `${words}（${left} 秒后）` : words;
      if (left <= 0) {
        enter.disabled = false;
        clearInterval(count);
      }
    }, 1000);
  }
});
