// The panels of the sketch's tab: their family has a tab of another name.
(() => {
  for (const task of ['image_to_image', 'inpaint', 'image_to_image_strengths']) window.playground.homes[task] = 'sketch';
  window.playground.tabFamilies.sketch = 'text_to_image';
})();
