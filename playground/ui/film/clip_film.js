// How a clip forms: time across, denoising down. Who points at a place of a frame sees which frames it looks at from there.
(() => {
  const pg = window.playground, words = pg.words.film;

  pg.kinds.clip_film = (port) => {
    const {task, film, levels} = port.spec, stage = pg.el('div', {id: `${film}-stage`});
    let madeOf = '';
    const tell = (says) => stage.replaceChildren(pg.el('p', {className: 'pg-small', says}));
    const make = async () => {
      const made = pg.results[task]?.made;
      if (!made?.report?.request) { tell(words.CLIP_FIRST); return; }
      const asked = JSON.stringify([made.report.request, made.report.checkpoint]);
      if (asked === madeOf) return;
      madeOf = asked;
      tell(words.CLIP_WAIT);
      const answer = await pg.ask(port, 'show_clip_film', {report: made.report});
      if (asked !== madeOf) return;
      if (answer) sheet(answer, made.report);
      else { madeOf = ''; stage.replaceChildren(); }
    };

    const sheet = ({picture, steps, frames, count, levels: sizes, told: known}, report) => {
      // Where is looked from: a step and a frame by their places in the sheet, and a place in parts of a hundred.
      const at = {row: steps.length - 1, frame: frames[Math.floor(frames.length / 2)], across: 50, down: 50, level: levels[1]};
      let latest = 0, timer = null;
      const marks = pg.el('div', {'aria-hidden': 'true'});
      const shown = pg.el('div', {
        className: 'pg-clip-sheet', tabIndex: 0, role: 'img', label: words.CLIP_POINT, id: `${film}-sheet`,
        style: `--columns: ${frames.length}; --rows: ${steps.length}`,
      }, pg.el('img', {src: picture, alt: '', draggable: false}), marks);
      const numbers = (values, name) => pg.el('div', {className: `pg-clip-${name}`, 'aria-hidden': 'true'}, ...values.map((value) => pg.el('span', {textContent: value})));
      const select = (name, says, options) => {
        const list = pg.el('select', {id: `${film}-${name}`}, ...options.map(([value, text]) => pg.el('option', {value, says: text})));
        list.addEventListener('change', () => { at[name] = name === 'level' ? list.value : Number(list.value); look(); });
        return [pg.el('label', {}, pg.el('span', {says}), list), list];
      };
      const number = (name, says) => {
        const box = pg.el('input', {type: 'number', min: 0, max: 100, step: 1, id: `${film}-${name}`});
        box.addEventListener('change', () => { at[name] = Math.min(100, Math.max(0, Math.round(box.valueAsNumber || 0))); look(); });
        return [pg.el('label', {}, pg.el('span', {says}), box), box];
      };
      const rows = [
        select('row', words.CLIP_PICK_STEP, steps.map((step, row) => [row, [step, step]])),
        select('frame', words.CLIP_PICK_FRAME, Array.from({length: count}, (_, frame) => [frame + 1, [frame + 1, frame + 1]])),
        number('across', words.CLIP_ACROSS), number('down', words.CLIP_DOWN),
        select('level', words.CLIP_LEVEL, levels.map((level, turn) => [level, pg.fill(words.CLIP_LEVEL_OF, ...sizes[Math.round(turn / (levels.length - 1) * (sizes.length - 1))])])),
      ];
      const boxes = Object.fromEntries(['row', 'frame', 'across', 'down', 'level'].map((name, place) => [name, rows[place][1]]));
      const told = pg.el('p', {id: `${film}-told`, 'aria-live': 'polite'}), bars = pg.el('div', {className: 'pg-clip-bars', id: `${film}-bars`});
      const matrix = pg.el('canvas', {id: `${film}-matrix`, width: count, height: count, role: 'img', label: words.CLIP_MATRIX});
      const line = pg.el('i', {'aria-hidden': 'true'}), watched = pg.el('p', {className: 'pg-small'});
      const below = pg.el('div', {className: 'pg-clip-looks', hidden: true}, told, bars,
        pg.el('div', {className: 'pg-clip-all'}, pg.el('div', {className: 'pg-clip-matrix'}, matrix, line), pg.el('p', {className: 'pg-small', says: words.CLIP_MATRIX}), watched));

      const mark = () => {
        marks.replaceChildren(...frames.map((frame, column) => {
          const ring = pg.el('i', {className: frame === at.frame ? 'pg-here' : ''});
          ring.style.left = `${(column + at.across / 100) * 100 / frames.length}%`;
          ring.style.top = `${(at.row + at.down / 100) * 100 / steps.length}%`;
          return ring;
        }));
        for (const [name, box] of Object.entries(boxes)) box.value = at[name];
      };
      const look = () => {
        mark();
        clearTimeout(timer);
        timer = setTimeout(ask, 80);
      };
      const ask = async () => {
        const turn = ++latest;
        const answer = await pg.ask(port, 'show_looks', {report, across: at.across, down: at.down, step: steps[at.row], level: at.level});
        if (answer && turn === latest) show(answer);
      };
      const percent = (share) => (100 * share).toFixed(share < 0.1 ? 1 : 0);
      const show = ({looks, told: sentence}) => {
        const own = looks[at.frame - 1], most = Math.max(...own);
        pg.say(told, pg.fill(words.CLIP_LOOKS, at.frame, own.indexOf(most) + 1, percent(most), percent(own[at.frame - 1])));
        bars.replaceChildren(...own.map((share, frame) => {
          const bar = pg.el('i', {className: frame + 1 === at.frame ? 'pg-here' : '', title: `${pg.in(pg.fill(words.CLIP_FRAME, frame + 1))}: ${percent(share)} %`});
          bar.style.height = `${Math.max(2, 100 * share / most)}%`;
          return bar;
        }));
        const ink = matrix.getContext('2d'), pixels = ink.createImageData(count, count);
        looks.forEach((row, from) => {
          const strongest = Math.max(...row);
          row.forEach((share, to) => pixels.data.set([234, 88, 12, Math.round(255 * share / strongest)], 4 * (from * count + to)));
        });
        ink.putImageData(pixels, 0, 0);
        line.style.top = `${(at.frame - 1) * 100 / count}%`;
        line.style.height = `${100 / count}%`;
        watched.textContent = sentence;
        below.hidden = false;
      };
      shown.addEventListener('click', (event) => {
        const box = shown.getBoundingClientRect();
        const x = (event.clientX - box.left) / box.width * frames.length, y = (event.clientY - box.top) / box.height * steps.length;
        const column = Math.min(frames.length - 1, Math.max(0, Math.floor(x))), row = Math.min(steps.length - 1, Math.max(0, Math.floor(y)));
        Object.assign(at, {row, frame: frames[column], across: Math.round(100 * (x - column)), down: Math.round(100 * (y - row))});
        look();
      });
      const MOVES = {ArrowLeft: ['across', -5], ArrowRight: ['across', 5], ArrowUp: ['down', -5], ArrowDown: ['down', 5]};
      shown.addEventListener('keydown', (event) => {
        if (!MOVES[event.key]) return;
        event.preventDefault();
        const [axis, way] = MOVES[event.key];
        at[axis] = Math.min(100, Math.max(0, at[axis] + way));
        look();
      });
      stage.replaceChildren(pg.el('p', {className: 'pg-small', says: words.CLIP_SHEET}),
        ...(known ? [pg.el('p', {className: 'pg-small', id: `${film}-known`, textContent: known})] : []),
        pg.el('div', {className: 'pg-clip-film'}, numbers(frames, 'across'), numbers(steps, 'down'), shown),
        pg.el('p', {className: 'pg-small', says: words.CLIP_POINT}),
        pg.el('div', {className: 'pg-clip-place'}, ...rows.map(([label]) => label)), below);
      look();
    };

    const fold = pg.fold(`${film}-fold`, words.CLIP_FILM, (body) => body.append(stage));
    fold.addEventListener('unfold', make);
    document.addEventListener('pg:made', ({detail}) => { if (detail.task === task && fold.isOpen()) make(); });
    port.element.append(fold);
  };
})();
