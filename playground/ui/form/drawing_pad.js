// A pad to draw on with a mouse, a pen or a finger. Its value is an inline PNG, or "" while it is empty.
(() => {
  const pg = window.playground, words = pg.words.form, SIDE = 280, MOST_UNDO = 30;

  pg.drawingPad = (field, form, moved, id, help) => {
    const canvas = pg.el('canvas', {width: SIDE, height: SIDE, role: 'img', id, label: field.label});
    const ink = canvas.getContext('2d', {willReadFrequently: true});
    let pointer = null, last = null, value = '';
    const before = [];
    const wipe = () => { ink.fillStyle = '#fff'; ink.fillRect(0, 0, SIDE, SIDE); };
    const remember = () => { before.push([ink.getImageData(0, 0, SIDE, SIDE), value]); if (before.length > MOST_UNDO) before.shift(); };
    const tell = (now) => { value = now; moved(now); };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * SIDE / box.width, (event.clientY - box.top) * SIDE / box.height];
    };
    const line = (to) => {
      ink.lineWidth = 20; ink.lineCap = ink.lineJoin = 'round'; ink.strokeStyle = '#111';
      ink.beginPath(); ink.moveTo(...last); ink.lineTo(...to); ink.stroke(); last = to;
    };
    const put = (source) => {
      wipe();
      if (!source) return;
      const picture = new Image();
      picture.onload = () => {
        const scale = Math.min(SIDE / picture.width, SIDE / picture.height), [w, h] = [picture.width * scale, picture.height * scale];
        ink.drawImage(picture, (SIDE - w) / 2, (SIDE - h) / 2, w, h);
      };
      picture.src = source;
    };
    // One pointer draws; further fingers, and a gesture that the browser takes over, leave no line.
    canvas.addEventListener('pointerdown', (event) => {
      if (pointer !== null || event.button) return;
      event.preventDefault();
      remember();
      pointer = event.pointerId;
      canvas.setPointerCapture(pointer);
      last = at(event);
      line([last[0] + 0.1, last[1]]);
    });
    canvas.addEventListener('pointermove', (event) => { if (event.pointerId === pointer) line(at(event)); });
    canvas.addEventListener('pointerup', (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      tell(canvas.toDataURL('image/png'));
    });
    canvas.addEventListener('pointercancel', (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      ink.putImageData(before.pop()[0], 0, 0);
    });
    // A pen that is taken away, or a window that loses the screen, ends a line without either.
    canvas.addEventListener('lostpointercapture', (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      tell(canvas.toDataURL('image/png'));
    });
    const undo = pg.button(null, words.UNDO, () => {
      const [pixels, earlier] = before.pop() || [];
      if (pixels) { ink.putImageData(pixels, 0, 0); tell(earlier); }
    }, 'pg-small-button');
    const clear = pg.button(null, words.CLEAR, () => { remember(); wipe(); tell(''); }, 'pg-small-button');
    const file = pg.el('input', {type: 'file', accept: 'image/*', hidden: true, label: words.CHOOSE_PICTURE});
    const choose = pg.button(null, words.CHOOSE_PICTURE, () => file.click(), 'pg-small-button');
    const take = async (given) => {
      let sent;
      try { sent = await form.port.upload(given); } catch (error) { return pg.toast(String(error.message || error), 'error'); }
      const answer = await pg.ask(form.port, 'read_drawing', {path: sent.path});
      if (answer) { remember(); put(answer.picture); tell(answer.picture); }
    };
    file.addEventListener('change', async () => {
      if (file.files[0]) await take(file.files[0]);
      file.value = '';
    });
    wipe();
    const row = pg.el('div', {className: 'pg-field pg-pad'}, help, canvas, pg.el('div', {className: 'pg-chips'}, undo, clear, choose, file));
    row.pgTake = take;  // what is dropped here, or pasted while the pad is seen
    return {row, show: (now) => { value = now || ''; put(value); }};
  };
})();
