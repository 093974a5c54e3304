// Moving pictures (WebP, GIF) can be paused, and wait for who asked their system for less motion.
(() => {
  const pg = window.playground, words = pg.words.result;
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const MOVES = /\.(webp|gif)([?#]|$)|^data:image\/(webp|gif)/;
  const moving = (image) => image.dataset.moving || (MOVES.test(image.getAttribute('src') || '') ? image.getAttribute('src') : '');
  const movers = (place) => [...place.querySelectorAll('img')].filter(moving);
  const isStill = (place) => place.pgStill ?? calm.matches;

  const still = (image) => {
    if (image.dataset.moving || !image.naturalWidth) return;
    const canvas = pg.el('canvas', {width: image.naturalWidth, height: image.naturalHeight});
    canvas.getContext('2d').drawImage(image, 0, 0);
    image.dataset.moving = image.getAttribute('src');
    image.src = canvas.toDataURL();
  };
  const move = (image) => {
    if (!image.dataset.moving) return;
    image.src = image.dataset.moving;
    delete image.dataset.moving;
  };

  const say = (place) => pg.say(place.pgPause, isStill(place) ? words.PLAY : words.PAUSE);

  document.addEventListener('load', ({target}) => {
    const shown = target.tagName === 'IMG' && target.closest('.pg-stage, .pg-weights');
    const place = shown && (shown.closest('[id$="-stage"]') || shown.parentElement);
    if (!place) return;
    if (target.dataset.moving && MOVES.test(target.getAttribute('src'))) delete target.dataset.moving;
    const there = movers(place);
    if (there.length && !place.pgPause) {
      place.pgPause = pg.button(null, words.PAUSE, () => {
        place.pgStill = !isStill(place);
        movers(place).forEach(place.pgStill ? still : move);
        say(place);
      }, 'pg-small-button pg-pause');
      place.after(place.pgPause);
    }
    if (!place.pgPause) return;
    place.pgPause.hidden = !there.length;
    if (isStill(place)) there.forEach(still);
    if (there.length) say(place);
  }, true);
})();
