// A comparison's strengths above its columns; below it a sample's nearest training pictures, and a game of guessing who
// made a picture.
(() => {
  const pg = window.playground, words = pg.words.tabs, COLUMNS = 5, SIDE = 28, ROUNDS = 10, LARGE = 6;

  // One sample, cut out of a generator's sheet.
  const cut = (sheet, place) => {
    const tile = pg.el('canvas', {width: SIDE, height: SIDE}), ink = tile.getContext('2d', {willReadFrequently: true});
    ink.drawImage(sheet, place % COLUMNS * SIDE, Math.floor(place / COLUMNS) * SIDE, SIDE, SIDE, 0, 0, SIDE, SIDE);
    return {tile, empty: !ink.getImageData(0, 0, SIDE, SIDE).data.some((value, at) => at % 4 < 3 && value > 40)};
  };
  const larger = (tile) => {
    const canvas = pg.el('canvas', {width: SIDE * LARGE, height: SIDE * LARGE, className: 'pg-sample'}), ink = canvas.getContext('2d');
    ink.imageSmoothingEnabled = false;
    ink.drawImage(tile, 0, 0, SIDE * LARGE, SIDE * LARGE);
    return canvas;
  };
  const columns = () => [...document.querySelectorAll('#compare-stage section')].map((section) => ({
    name: section.dataset.name, title: section.querySelector('h2').textContent, sheet: section.querySelector('.pg-samples'),
  }));

  pg.kinds.closer = (port) => {
    const {spec} = port, near = pg.el('div', {id: 'compare-nearest'}), game = pg.el('div', {id: 'compare-game'});
    port.element.append(pg.el('p', {className: 'pg-small', says: words.CLICK_A_SAMPLE}), near, pg.fold('compare-game-fold', words.GAME, (body) => { body.append(game); start(); }));
    // Each generator's strengths stand above its column. Who moves one has that column made anew, from the same seed.
    const cells = Object.fromEntries([...new Set(Object.values(spec.strengths))].map((owner) => [owner, pg.el('div')]));
    const strengths = pg.el('div', {id: 'compare-strengths', className: 'pg-compared pg-strengths'}, ...Object.values(cells), pg.el('div'));
    pg.when('forms', 'compare', (form) => {
      // Only the classes and the generators of the chosen data are offered.
      const follow = () => {
        const data = form.values.data, all = form.state.options;
        const known = ['', ...spec.classes[data]];
        form.fields.class_name.offer(all.class_name.filter(([name]) => known.includes(name)));
        if (!known.includes(form.values.class_name)) form.set('class_name', '');
        const there = spec.generators[data], kept = form.values.generators.split(',').map((name) => name.trim()).filter((name) => there.includes(name));
        form.fields.generators.offer(all.generators.filter(([name]) => there.includes(name)));
        form.set('generators', (kept.length ? kept : there).join(', '));
        form.starts.generators ||= there.join(', ');
        for (const [owner, cell] of Object.entries(cells)) cell.hidden = !form.values.generators.includes(owner);
        form.commit();
      };
      for (const [name, owner] of Object.entries(spec.strengths)) cells[owner].append(form.fields[name].row);
      form.port.element.addEventListener('pg:moved', ({detail}) => { if (detail.taken || !detail.name || ['data', 'generators'].includes(detail.name)) follow(); });
      follow();
    });
    let asked = false, before = null;
    const dots = () => Object.fromEntries([...document.querySelectorAll('#compare-stage circle')].map((dot) => [dot.dataset.name, dot]));
    const same = (one, other) => ['data', 'class_name', 'num_images', 'seed'].every((name) => one[name] === other[name]);
    // Where each generator's dot was before its strength was moved.
    const trail = (request) => {
      const now = Object.fromEntries(Object.entries(dots()).map(([name, dot]) => [name, [dot.getAttribute('cx'), dot.getAttribute('cy')]]));
      for (const [name, dot] of before && same(before.request, request) ? Object.entries(dots()) : []) {
        const [x, y] = before.places[name] ?? now[name];
        if (x === now[name][0] && y === now[name][1]) continue;
        const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
        line.setAttribute('class', 'pg-trail');
        line.setAttribute('d', `M${x} ${y}L${now[name].join(' ')}`);
        dot.before(line);
      }
      before = {request, places: now};
    };
    pg.when('results', 'compare', (place) => {
      place.stage.before(strengths);
      const anew = () => {
        const form = pg.forms.compare;
        asked = place.running;  // what is running is finished first
        if (asked) return;
        form.drafted = form.values.seed;
        form.run();
      };
      strengths.addEventListener('change', anew);
      document.addEventListener('pg:made', ({detail}) => {
        if (detail.task !== 'compare') return;
        trail(detail.made.report.request);
        if (asked) anew();
      });
    });
    pg.when('results', 'compare', (place) => place.stage.addEventListener('click', async (event) => {
      const sheet = event.target.closest('.pg-samples');
      if (!sheet || place.running) return;
      const box = sheet.getBoundingClientRect(), tile = box.width / COLUMNS;
      const at = Math.floor((event.clientY - box.top) / tile) * COLUMNS + Math.floor((event.clientX - box.left) / tile);
      const {tile: chosen} = cut(sheet, at);
      const data = place.made?.report?.request?.data ?? pg.forms.compare.values.data;
      const answer = await pg.ask(port, 'nearest', {data, picture: chosen.toDataURL('image/png')});
      if (!answer) return;
      near.replaceChildren(pg.el('p', {says: pg.fill(words.NEAREST, answer.of)}), pg.el('div', {className: 'pg-near'},
        larger(chosen), pg.el('span', {textContent: '→', 'aria-hidden': 'true'}),
        ...answer.pictures.map((src, index) => pg.el('figure', {}, pg.el('img', {src, alt: ''}), pg.el('figcaption', {textContent: answer.apart[index].toFixed(3)})))));
      near.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    }));

    // What the network expected of the pixel under the pointer.
    for (const task of ['pixelcnn', 'pixelcnn_complete']) pg.when('results', task, (place) => {
      const told = pg.el('p', {className: 'pg-small'}), bars = pg.el('div', {className: 'pg-odds', hidden: true}), below = pg.el('div', {id: `${task}-odds`}, told, bars);
      let timer = null, latest = 0;
      const show = async (picture, row, column) => {
        const cell = pg.el('canvas', {width: SIDE, height: SIDE}), ink = cell.getContext('2d');
        ink.imageSmoothingEnabled = false;
        ink.drawImage(picture, 0, 0, SIDE, SIDE);
        const asked = ++latest, {checkpoint, report: {request}} = place.made;
        const answer = await pg.ask(port, 'pixel_odds', {picture: cell.toDataURL('image/png'), checkpoint, class_name: request.class_name, row, column});
        if (!answer || asked !== latest) return;
        pg.say(told, pg.fill(words.PIXEL_ODDS, row + 1, column + 1, answer.level, answer.bits.toFixed(2)));
        const most = Math.max(...answer.odds), each = 256 / answer.odds.length;
        bars.hidden = false;
        bars.replaceChildren(...answer.odds.map((share, at) => {
          const shade = Math.round((at + 0.5) * each), here = Math.floor(answer.level / each) === at;
          const bar = pg.el('i', {title: `${at * each}–${(at + 1) * each - 1}: ${(100 * share).toFixed(1)} %`, className: here ? 'pg-here' : ''});
          bar.style.cssText = `height:${Math.max(2, 100 * share / most)}%;background:rgb(${shade},${shade},${shade})`;
          return bar;
        }));
      };
      const look = (event) => {
        const picture = event.target.closest?.('img');
        clearTimeout(timer);
        if (!picture || place.running || !place.made) return;
        const box = picture.getBoundingClientRect(), side = Math.min(box.width, box.height);
        const at = (where, start, length) => Math.floor((where - start - (length - side) / 2) * SIDE / side);
        const row = at(event.clientY, box.top, box.height), column = at(event.clientX, box.left, box.width);
        if (Math.min(row, column) >= 0 && Math.max(row, column) < SIDE) timer = setTimeout(show, 120, picture, row, column);
      };
      place.stage.addEventListener('pointermove', look);
      place.stage.addEventListener('pointerdown', look);
      document.addEventListener('pg:made', () => {
        if (!place.made || below.isConnected) return;
        pg.say(told, words.POINT_AT_A_PIXEL);
        place.stage.after(below);
      });
    });

    // Everybody who plays on this page is in one table: what it was, and what was said.
    const said = {};
    const start = () => {
      const known = columns();
      if (!known.length) { game.replaceChildren(pg.el('p', {says: words.GAME_FIRST}), again(words.GAME_START)); return; }
      let round = 0, right = 0;
      const ask = () => {
        const truth = known[Math.floor(Math.random() * known.length)], rows = Math.floor(truth.sheet.naturalHeight / SIDE);
        let drawn;
        do drawn = cut(truth.sheet, Math.floor(Math.random() * rows * COLUMNS)); while (drawn.empty);
        round += 1;
        const told = pg.el('p', {says: pg.fill(words.GAME_ROUND, round, ROUNDS), 'aria-live': 'polite'});
        const buttons = pg.el('div', {className: 'pg-chips'}, ...known.map(({name, title}) => pg.button(null, [title, title], () => answer(name), 'pg-small-button')));
        const answer = (guess) => {
          (said[truth.name] ||= {})[guess] = (said[truth.name][guess] || 0) + 1;
          if (guess === truth.name) right += 1;
          const next = pg.button(null, round < ROUNDS ? words.GAME_NEXT : words.GAME_END, () => (round < ROUNDS ? ask() : end(right)), 'pg-small-button');
          pg.say(told, pg.fill(guess === truth.name ? words.GAME_RIGHT : words.GAME_WRONG, truth.title));
          buttons.replaceChildren(next);
          next.focus();
        };
        game.replaceChildren(told, larger(drawn.tile), buttons);
      };
      const end = (score) => {
        const head = pg.el('tr', {}, pg.el('th', {says: words.GAME_TRUTH}), ...known.map(({title}) => pg.el('th', {textContent: title})));
        const rows = known.map(({name, title}) => pg.el('tr', {}, pg.el('th', {textContent: title}), ...known.map((other) => pg.el('td', {textContent: said[name]?.[other.name] || 0}))));
        game.replaceChildren(pg.el('p', {says: pg.fill(words.GAME_SCORE, score, ROUNDS)}),
          pg.el('div', {className: 'pg-figures'}, pg.el('table', {}, pg.el('thead', {}, head), pg.el('tbody', {}, ...rows))), again(words.GAME_AGAIN));
      };
      ask();
    };
    const again = (words) => pg.el('div', {className: 'pg-chips'}, pg.button('compare-game-start', words, start, 'pg-small-button'));
  };

  // A picture of which a visitor wipes a part away: what is wiped is the mask, and is drawn anew.
  pg.wiping = (field, form, moved, id, help) => {
    if (field.name === 'mask') return {row: pg.el('div', {className: 'pg-field', hidden: true}), show: () => {}};
    const {scale} = form.spec.wipes, mask = pg.el('canvas', {width: SIDE, height: SIDE}), wiped = mask.getContext('2d', {willReadFrequently: true});
    const canvas = pg.el('canvas', {width: SIDE * scale, height: SIDE * scale, id, role: 'img', label: words.WIPE_HERE}), view = canvas.getContext('2d');
    const picture = new Image();
    let pointer = null;
    const paint = () => {
      view.imageSmoothingEnabled = false;
      view.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const held = wiped.getImageData(0, 0, SIDE, SIDE).data;
      for (let at = 0; at < SIDE * SIDE; at += 1) {
        if (held[at * 4] < 128) continue;
        view.fillStyle = (at + Math.floor(at / SIDE)) % 2 ? '#c7782b' : '#e8a45c';
        view.fillRect(at % SIDE * scale, Math.floor(at / SIDE) * scale, scale, scale);
      }
    };
    const wipe = (x, y, width, height) => { wiped.fillStyle = '#fff'; wiped.fillRect(x, y, width, height); };
    const clear = () => { wiped.fillStyle = '#000'; wiped.fillRect(0, 0, SIDE, SIDE); };
    const tell = () => { paint(); form.set('mask', mask.toDataURL('image/png')); moved(picture.src); };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      wipe(Math.round((event.clientX - box.left) * SIDE / box.width) - 2, Math.round((event.clientY - box.top) * SIDE / box.height) - 2, 4, 4);
      paint();
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (pointer !== null || event.button) return;
      event.preventDefault();
      pointer = event.pointerId;
      canvas.setPointerCapture(pointer);
      at(event);
    });
    canvas.addEventListener('pointermove', (event) => { if (event.pointerId === pointer) at(event); });
    canvas.addEventListener('lostpointercapture', (event) => { if (event.pointerId === pointer) { pointer = null; tell(); } });
    const half = () => { clear(); wipe(0, SIDE / 2, SIDE, SIDE / 2); tell(); };
    const another = async () => {
      const answer = await pg.ask(form.port, 'another_picture', {checkpoint: form.checkpoint, class_name: form.values.class_name});
      if (!answer) return;
      picture.onload = half;
      picture.src = answer.picture;
    };
    clear();
    form.port.element.addEventListener('pg:moved', ({detail}) => { if (detail.taken || detail.name === 'class_name') another(); });
    // Told again, as after a change of language, a checkpoint leaves what was wiped alone.
    let from = null;
    document.addEventListener('pg:checkpoint', ({detail}) => {
      if (detail.form !== form || detail.state.id === from) return;
      from = detail.state.id;
      another();
    });
    const buttons = pg.el('div', {className: 'pg-chips'}, pg.button(null, words.ANOTHER, another, 'pg-small-button'),
      pg.button(null, words.WIPE_HALF, half, 'pg-small-button'), pg.button(null, words.WIPE_NOTHING, () => { clear(); tell(); }, 'pg-small-button'));
    return {row: pg.el('div', {className: 'pg-field pg-pad'}, pg.el('p', {className: 'pg-help', says: words.WIPE_HERE}), canvas, buttons), show: () => {}};
  };
})();
