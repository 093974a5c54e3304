// The map of meaning: a canvas with small pictures and words where they lie; drag to move, wheel or + and − to come
// nearer, a click opens. It draws only what it was given, so that moving asks the server nothing.
(() => {
  const pg = window.playground, words = pg.words.gallery;
  const FIRST = ['red apple', 'cat', 'heart', 'rocket', 'ghost', 'house', 'tree', 'crown', '猫', '苹果', '下雨'];
  const NEAREST = 0.7, CLOSEST = 40;

  // Unfolds below the filters; `open` shows a result, `calculate` finds what lies near a sum of words.
  pg.meaningMap = (port, open, calculate) => pg.fold('gallery-map', words.MAP, (body, fold) => {
    const canvas = pg.el('canvas', {id: 'gallery-map-canvas', tabIndex: 0, role: 'application', label: words.MAP_HINT});
    const said = pg.el('p', {className: 'pg-small', 'aria-live': 'polite'}), under = pg.el('p', {id: 'gallery-map-under', className: 'pg-small', says: words.MAP_HINT});
    const list = pg.el('textarea', {id: 'gallery-map-words', rows: 5, maxLength: 4000, value: FIRST.join('\n')});
    const sum = pg.el('input', {type: 'text', id: 'gallery-map-sum', maxLength: 200, value: 'red apple − red + green', on: {keydown: ({key}) => { if (key === 'Enter') calculate(sum.value); }}});
    const view = {x: 0, y: 0, zoom: 1};
    let shown = null, picture = null, hovered = null, asked = 0, typed = null;

    const load = async () => {
      const turn = ++asked, found = await pg.ask(port, 'map_of_meaning', {words: list.value});
      if (!found || turn !== asked) return;
      said.textContent = found.said;
      picture = new Image();
      picture.onload = draw;
      picture.src = found.atlas;
      shown = found;
    };
    list.addEventListener('input', () => { clearTimeout(typed); typed = setTimeout(load, 400); });

    const size = () => [canvas.clientWidth, canvas.clientHeight];
    const place = ({x, y}) => {
      const [width, height] = size(), scale = 0.46 * Math.min(width, height) * view.zoom;
      return [width / 2 + (x - view.x) * scale * Math.max(1, width / height), height / 2 - (y - view.y) * scale];
    };
    const side = () => Math.min(72, 22 * Math.sqrt(view.zoom) + 6);
    function draw() {
      const [width, height] = size(), fine = devicePixelRatio || 1;
      if (!width || !shown) return;
      canvas.width = width * fine;
      canvas.height = height * fine;
      const ink = canvas.getContext('2d'), small = side(), style = getComputedStyle(canvas);
      ink.scale(fine, fine);
      const put = (index) => {
        const [x, y] = place(shown.pictures[index]), from = [index % shown.columns * shown.side, Math.floor(index / shown.columns) * shown.side];
        ink.drawImage(picture, ...from, shown.side, shown.side, x - small / 2, y - small / 2, small, small);
        return [x, y];
      };
      for (let index = shown.pictures.length - 1; index >= 0; index -= 1) put(index);
      if (hovered !== null && shown.pictures[hovered]) {
        const [x, y] = put(hovered);
        ink.strokeStyle = style.getPropertyValue('--color-accent');
        ink.lineWidth = 3;
        ink.strokeRect(x - small / 2 - 1, y - small / 2 - 1, small + 2, small + 2);
      }
      ink.font = '600 13px ' + style.fontFamily;
      ink.textAlign = 'center';
      ink.textBaseline = 'middle';
      const taken = [];
      for (const word of shown.words) {
        const wide = ink.measureText(word.text).width + 12;
        let [x, y] = place(word);
        if (x > 0 && x < width) x = Math.min(width - wide / 2 - 2, Math.max(wide / 2 + 2, x));
        for (let turn = 0; turn < 8 && taken.some(([left, top, width]) => Math.abs(left - x) < (width + wide) / 2 && Math.abs(top - y) < 23); turn += 1) y += 12;
        taken.push([x, y, wide]);
        ink.fillStyle = style.getPropertyValue('--color-accent');
        ink.beginPath();
        ink.roundRect(x - wide / 2, y - 11, wide, 22, 11);
        ink.fill();
        ink.fillStyle = '#fff';
        ink.fillText(word.text, x, y + 1);
      }
    }
    const at = (event) => {
      const box = canvas.getBoundingClientRect(), [x, y] = [event.clientX - box.left, event.clientY - box.top], reach = Math.max(side() / 2, 10);
      let best = null, far = Infinity;
      (shown?.pictures || []).forEach((point, index) => {
        const [left, top] = place(point), apart = Math.max(Math.abs(left - x), Math.abs(top - y));
        if (apart <= reach && apart < far) [best, far] = [index, apart];
      });
      return best;
    };
    const zoom = (times, event) => {
      const next = Math.min(CLOSEST, Math.max(NEAREST, view.zoom * times));
      if (event) {  // what is under the pointer stays there
        const [width, height] = size(), box = canvas.getBoundingClientRect(), scale = 0.46 * Math.min(width, height);
        const [right, up] = [(event.clientX - box.left - width / 2) / Math.max(1, width / height), height / 2 - (event.clientY - box.top)];
        view.x += right / scale * (1 / view.zoom - 1 / next);
        view.y += up / scale * (1 / view.zoom - 1 / next);
      }
      view.zoom = next;
      draw();
    };
    const move = (right, down) => {
      const [width, height] = size(), scale = 0.46 * Math.min(width, height) * view.zoom;
      view.x -= right / scale / Math.max(1, width / height);
      view.y += down / scale;
      draw();
    };
    canvas.addEventListener('wheel', (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 400), event); }, {passive: false});
    const fingers = new Map();
    let moved = 0;
    canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, event); if (fingers.size === 1) moved = 0; });
    canvas.addEventListener('pointermove', (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) {
        hovered = at(event);
        pg.say(under, hovered === null ? words.MAP_HINT : [shown.pictures[hovered].title, shown.pictures[hovered].title]);
        canvas.style.cursor = hovered === null ? 'grab' : 'pointer';
        return draw();
      }
      const [other] = [...fingers.values()].filter((each) => each.pointerId !== event.pointerId);
      if (other) {  // two fingers draw it nearer
        const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
        zoom(apart(event) / Math.max(1, apart(before)), {clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2});
      } else move(event.clientX - before.clientX, event.clientY - before.clientY);
      moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      fingers.set(event.pointerId, event);
      return undefined;
    });
    const lift = (event) => {
      const down = fingers.delete(event.pointerId);
      if (!down || moved > 6 || event.type === 'pointercancel') return;
      const found = at(event);
      if (found !== null) open(shown.pictures[found].id);
    };
    canvas.addEventListener('pointerup', lift);
    canvas.addEventListener('pointercancel', lift);
    canvas.addEventListener('keydown', (event) => {
      const step = {ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40]}[event.key];
      if (step) { event.preventDefault(); move(...step); }
      if (event.key === '+' || event.key === '=') zoom(1.3);
      if (event.key === '-') zoom(1 / 1.3);
      if (event.key === '0') { Object.assign(view, {x: 0, y: 0, zoom: 1}); draw(); }
    });
    const near = (id, sign, times) => pg.el('button', {type: 'button', id, className: 'pg-button pg-small-button', textContent: sign, label: times > 1 ? words.MAP_NEARER : words.MAP_FARTHER, on: {click: () => zoom(times)}});
    body.append(
      pg.el('div', {className: 'pg-meaning'},
        pg.el('div', {className: 'pg-meaning-paper'}, canvas, pg.el('div', {className: 'pg-meaning-zoom'}, near('gallery-map-nearer', '+', 1.5), near('gallery-map-farther', '−', 1 / 1.5))),
        pg.el('div', {className: 'pg-meaning-side'},
          pg.el('div', {className: 'pg-field'}, pg.el('label', {className: 'pg-label', htmlFor: 'gallery-map-words', says: words.MAP_WORDS}), list),
          pg.el('div', {className: 'pg-field'}, pg.el('label', {className: 'pg-label', htmlFor: 'gallery-map-sum', says: words.MAP_SUM}), sum),
          pg.button('gallery-map-find', words.MAP_FIND, () => calculate(sum.value), 'pg-small-button'), under)), said);
    new ResizeObserver(draw).observe(canvas);
    fold.addEventListener('unfold', load);
    document.addEventListener('pg:language', () => { if (fold.isOpen()) load(); });
    document.addEventListener('pg:gallery', () => { if (fold.isOpen()) load(); });
  });
})();
