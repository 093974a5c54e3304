// A pad to paint on in colour, with a mouse, a pen or a finger, or over a photo; and the mask that is painted over it.
// Its values are inline PNGs, or "" while nothing was painted.
(() => {
  const pg = window.playground, words = pg.words.form, SMALL = 256, MOST_UNDO = 30, EVERY = 120, ALIKE = 40;
  const COLOURS = ['#1f2937', '#ffffff', '#e23b2e', '#f5852a', '#fbd33c', '#43a047', '#2b8ae8', '#7c4dcc', '#f48fb1', '#8d5a34', '#9aa3ad', '#7fd3f7'];
  const SIZES = [6, 16, 40], MASK = '#ff9adf';

  pg.paintPad = (field, form, moved, id, help) => {
    const kept = `playground-${id}`;
    let side = form.state?.painting ?? SMALL;
    const canvas = pg.el('canvas', {width: side, height: side, role: 'img', id, label: field.label});
    const veil = pg.el('canvas', {width: side, height: side, className: 'pg-veil', 'aria-hidden': 'true'});
    const papers = {paint: canvas.getContext('2d', {willReadFrequently: true}), mask: veil.getContext('2d', {willReadFrequently: true})};
    let pointer = null, last = null, told = 0, colour = COLOURS[2], size = SIZES[1], tool = 'brush', layer = 'paint';
    const value = {paint: '', mask: ''}, before = [], after = [], pad = {tellMask: () => {}};
    const blank = (which) => {
      papers[which].clearRect(0, 0, side, side);
      if (which === 'paint') { papers.paint.fillStyle = '#fff'; papers.paint.fillRect(0, 0, side, side); }
    };
    const tell = (which, now) => {
      value[which] = now;
      if (which === 'mask') return pad.tellMask(now);
      try { sessionStorage.setItem(kept, now); } catch { /* a browser that keeps nothing */ }
      return moved(now);
    };
    const read = (which) => papers[which].canvas.toDataURL('image/png');
    const snap = (which) => [which, papers[which].getImageData(0, 0, side, side), value[which]];
    const remember = () => { before.push(snap(layer)); after.length = 0; if (before.length > MOST_UNDO) before.shift(); };
    const step = (from, to) => {
      const found = from.pop();
      if (!found) return;
      const [which, pixels, earlier] = found;
      to.push(snap(which));
      papers[which].putImageData(pixels, 0, 0);
      tell(which, earlier);
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * side / box.width, (event.clientY - box.top) * side / box.height];
    };
    const line = (to) => {
      const ink = papers[layer];
      ink.globalCompositeOperation = layer === 'mask' && tool === 'eraser' ? 'destination-out' : 'source-over';
      ink.lineWidth = size * side / SMALL; ink.lineCap = ink.lineJoin = 'round';
      ink.strokeStyle = layer === 'mask' ? MASK : tool === 'eraser' ? '#fff' : colour;
      ink.beginPath(); ink.moveTo(...last); ink.lineTo(...to); ink.stroke(); last = to;
      ink.globalCompositeOperation = 'source-over';
    };
    // Fills what is of nearly one colour with another, from a point on.
    const fill = ([x, y]) => {
      const ink = papers.paint, image = ink.getImageData(0, 0, side, side), pixels = image.data;
      const wanted = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
      const start = 4 * (Math.floor(y) * side + Math.floor(x)), from = [...pixels.slice(start, start + 3)], seen = new Uint8Array(side * side);
      const stack = [start / 4];
      while (stack.length) {
        const place = stack.pop();
        if (seen[place]) continue;
        seen[place] = 1;
        if (from.some((level, channel) => Math.abs(pixels[4 * place + channel] - level) > ALIKE)) continue;
        wanted.forEach((level, channel) => { pixels[4 * place + channel] = level; });
        const column = place % side;
        if (column > 0) stack.push(place - 1);
        if (column < side - 1) stack.push(place + 1);
        if (place >= side) stack.push(place - side);
        if (place < side * (side - 1)) stack.push(place + side);
      }
      ink.putImageData(image, 0, 0);
    };
    const put = (source) => {
      blank('paint');
      if (!source) return;
      const picture = new Image();
      picture.onload = () => {
        const scale = Math.min(side / picture.width, side / picture.height), [w, h] = [picture.width * scale, picture.height * scale];
        papers.paint.drawImage(picture, (side - w) / 2, (side - h) / 2, w, h);
      };
      picture.src = source;
    };
    const take = (picture) => {
      const chosen = layer;
      layer = 'paint';
      remember();
      layer = chosen;
      put(picture);
      tell('paint', picture);
    };
    const end = (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      tell(layer, read(layer));
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (pointer !== null || event.button) return;
      event.preventDefault();
      remember();
      last = at(event);
      if (tool === 'fill' && layer === 'paint') { fill(last); tell('paint', read('paint')); return; }
      pointer = event.pointerId;
      canvas.setPointerCapture(pointer);
      line([last[0] + 0.1, last[1]]);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.pointerId !== pointer) return;
      line(at(event));
      // The picture follows a stroke that goes on, not only its end.
      if (performance.now() - told > EVERY) { told = performance.now(); tell(layer, read(layer)); }
    });
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('lostpointercapture', end);
    canvas.addEventListener('pointercancel', (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      step(before, []);
    });

    const one = (buttons, chosen) => buttons.forEach((button) => button.setAttribute('aria-pressed', String(button === chosen)));
    const swatches = COLOURS.map((each) => pg.el('button', {type: 'button', className: 'pg-swatch', style: `--ink: ${each}`, label: words.COLOUR.map((text) => `${text} ${each}`), on: {click: () => pick(each)}}));
    const other = pg.el('input', {type: 'color', value: colour, className: 'pg-swatch', label: words.OTHER_COLOUR, on: {input: () => pick(other.value)}});
    const pick = (each) => {
      colour = other.value = each;
      if (tool === 'eraser') use('brush');
      one(swatches, swatches[COLOURS.indexOf(each)]);
    };
    const tools = {brush: words.BRUSH, fill: words.FILL, eraser: words.ERASER};
    const toolButtons = Object.entries(tools).map(([name, says]) => pg.button(`${id}-${name}`, says, () => use(name), 'pg-small-button'));
    const use = (name) => { tool = name; one(toolButtons, toolButtons[Object.keys(tools).indexOf(name)]); };
    const dots = SIZES.map((each, index) => pg.el('button', {type: 'button', className: 'pg-dot', style: `--dot: ${6 + 6 * index}px`, label: words.SIZE.map((text) => `${text} ${each}`), on: {click: () => { size = each; one(dots, dots[index]); }}}));
    const undo = pg.button(`${id}-undo`, words.UNDO, () => step(before, after), 'pg-small-button');
    const redo = pg.button(`${id}-redo`, words.REDO, () => step(after, before), 'pg-small-button');
    const clear = pg.button(`${id}-clear`, words.CLEAR, () => { remember(); blank(layer); tell(layer, ''); }, 'pg-small-button');
    const file = pg.el('input', {type: 'file', accept: 'image/*', hidden: true, label: words.CHOOSE_PICTURE});
    const choose = pg.button(null, words.CHOOSE_PICTURE, () => file.click(), 'pg-small-button');
    const upload = async (given) => {
      let sent;
      try { sent = await form.port.upload(given); } catch (error) { return pg.toast(String(error.message || error), 'error'); }
      const answer = await pg.ask(form.port, 'read_drawing', {path: sent.path, colour: true, side});
      if (answer) take(answer.picture);
    };
    file.addEventListener('change', async () => {
      if (file.files[0]) await upload(file.files[0]);
      file.value = '';
    });
    const layers = field.mask ? ['paint', 'mask'].map((name) => pg.button(`${id}-${name}`, name === 'mask' ? words.PAINT_MASK : words.PAINT, () => { layer = name; one(layers, layers[name === 'mask' ? 1 : 0]); palette.hidden = name === 'mask'; }, 'pg-small-button')) : [];
    const palette = pg.el('div', {className: 'pg-palette'}, ...swatches, other);
    const row = pg.el('div', {className: 'pg-field pg-pad pg-paint'}, help,
      pg.el('div', {className: 'pg-canvas'}, canvas, veil), layers.length ? pg.el('div', {className: 'pg-chips'}, ...layers) : null, palette,
      pg.el('div', {className: 'pg-chips'}, ...toolButtons, ...dots), pg.el('div', {className: 'pg-chips'}, undo, redo, clear, choose, file));
    row.pgTake = upload;  // what is dropped here, or pasted while the pad is seen
    blank('paint');
    pick(colour);
    use('brush');
    one(dots, dots[1]);
    if (layers.length) one(layers, layers[0]);
    if (field.mask) (form.pads ||= {})[field.mask] = pad;
    pad.showMask = (now) => { value.mask = now || ''; if (!now) blank('mask'); };
    // A drawing outlives the page that it was made on.
    let earlier = '';
    // A checkpoint that learned from larger pictures gets a larger canvas; what is drawn comes along.
    const resize = (now) => {
      if (!now || now === side) return;
      for (const ink of Object.values(papers)) {
        const before = pg.el('canvas', {width: side, height: side});
        before.getContext('2d').drawImage(ink.canvas, 0, 0);
        ink.canvas.width = ink.canvas.height = now;
        ink.drawImage(before, 0, 0, now, now);
      }
      side = now;
      before.length = after.length = 0;
      for (const which of ['paint', 'mask']) if (value[which]) tell(which, read(which));
    };
    document.addEventListener('pg:checkpoint', ({detail}) => { if (detail.family === form.family) resize(detail.state.painting); });
    try { earlier = sessionStorage.getItem(kept) || ''; } catch { /* a browser that keeps nothing */ }
    if (earlier) setTimeout(() => { put(earlier); tell('paint', earlier); });
    return {row, take, show: (now) => { value.paint = now || ''; put(value.paint); }};
  };

  // The mask's own control: it is painted on the pad of its picture.
  pg.maskPad = (field, form, moved) => {
    const pad = form.pads[field.name];
    pad.tellMask = moved;
    return {row: pg.el('div', {hidden: true}), show: pad.showMask};
  };

  // A picture of the page as a pad holds it: whole and on white.
  const padded = (image, side) => {
    const canvas = pg.el('canvas', {width: side, height: side}), ink = canvas.getContext('2d');
    const scale = Math.min(side / image.naturalWidth, side / image.naturalHeight), [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
    ink.fillStyle = '#fff';
    ink.fillRect(0, 0, side, side);
    ink.drawImage(image, (side - w) / 2, (side - h) / 2, w, h);
    return canvas.toDataURL('image/png');
  };

  // Brings a picture of the page to pads.
  const toPads = (image, family, open, tasks) => {
    if (!image) return;
    pg.open(family, open);
    for (const task of tasks) pg.when('forms', task, (form) => form.fields.image.take(padded(image, form.state?.painting ?? SMALL)));
    scrollTo({top: 0, behavior: 'smooth'});
  };
  pg.toSketch = (image) => toPads(image, 'text_to_image', 'image_to_image', ['image_to_image', 'inpaint']);
  pg.toWords = (image) => toPads(image, 'write_text', 'caption', ['caption', 'zero_shot']);

  // Brings a picture of the page to where clips begin with one; what it was made of goes with it.
  pg.toVideo = (image, prompt) => {
    if (!image) return;
    pg.open('text_to_video', 'image_to_video');
    pg.when('forms', 'image_to_video', (form) => {
      form.fields.image.take(padded(image, form.state?.painting ?? SMALL));
      if (prompt) { form.set('prompt', prompt); form.commit(); }
      form.port.element.scrollIntoView({block: 'start', behavior: 'smooth'});
    });
  };
})();
