// The controls of a form: sliders, seeds, lists, words. Each has its row, shows a value, and tells when it is moved.
(() => {
  const pg = window.playground, words = pg.words.form;
  const LARGEST_SEED = 2 ** 32 - 1;

  pg.control = (field, form, moved) => {
    const id = `${form.task}-${field.name}`;
    const help = field.help?.[0] ? pg.el('p', {className: 'pg-help', says: field.help}) : null;
    const control = makers[field.kind](field, form, moved, id, help);
    control.kind = field.kind;
    control.help = help;
    control.offer ||= () => {};
    control.bound ||= () => {};
    return control;
  };

  const row = (field, id, help, ...parts) => pg.el('div', {className: `pg-field pg-${field.kind}`},
    pg.el('label', {className: 'pg-label', htmlFor: id, says: field.label}), help, ...parts);
  const decimals = (step) => (String(step).split('.')[1] || '').length;

  const makers = {
    slider: (field, form, moved, id, help) => {
      let {min, max} = field, held = min;
      const whole = Number.isInteger(field.step);
      const name = (text) => field.label.map((label) => text.replace('NAME', label));
      const range = pg.el('input', {type: 'range', min, max, step: field.step, label: name('range slider for NAME')});
      const number = pg.el('input', {type: 'number', min, max, step: field.step, id, label: name('number input for NAME')});
      const show = (value) => {
        held = value;
        number.value = range.value = value;
        paint();
      };
      const paint = () => range.style.setProperty('--filled', `${100 * (held - min) / (max - min || 1)}%`);
      const fit = (value) => {
        const near = Math.min(max, Math.max(min, value));
        return whole ? Math.round(near / field.step) * field.step : Number(near.toFixed(Math.max(4, decimals(field.step))));
      };
      range.addEventListener('input', () => { held = Number(range.value); number.value = held; paint(); moved(held); });
      number.addEventListener('input', () => {
        if (number.value === '' || Number.isNaN(number.valueAsNumber)) return;
        held = number.valueAsNumber;
        range.value = held;
        paint();
        moved(held);
      });
      // A number that is out of range, or none, becomes the nearest that is allowed once its box is left.
      number.addEventListener('change', () => {
        const fitting = fit(Number.isNaN(number.valueAsNumber) ? held : number.valueAsNumber);
        if (fitting !== held) { show(fitting); moved(fitting); } else show(fitting);
      });
      const bound = (most) => {
        max = range.max = number.max = most;
        if (held > most) { show(most); moved(most); } else show(held);
      };
      return {row: row(field, id, help, pg.el('div', {className: 'pg-slide'}, range, number)), show, bound};
    },

    seed: (field, form, moved, id, help) => {
      const number = pg.el('input', {type: 'number', step: 1, id});
      number.addEventListener('input', () => { if (number.value !== '') moved(number.valueAsNumber); });
      const die = pg.button(null, words.DIE, () => {
        number.value = Math.floor(Math.random() * (LARGEST_SEED + 1));
        moved(number.valueAsNumber);
      }, 'pg-die');
      return {row: row(field, id, help, pg.el('div', {className: 'pg-seed-row'}, number, die)), show: (value) => { number.value = value; }};
    },

    words: (field, form, moved, id, help) => {
      const area = pg.el('textarea', {id, rows: field.lines ? 7 : 1, 'data-testid': 'textbox', maxLength: field.longest, autocomplete: 'off'});
      const grow = () => { area.style.height = 'auto'; if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`; };
      area.addEventListener('input', () => { grow(); moved(area.value); });
      area.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && !(field.lines && !event.ctrlKey && !event.metaKey)) {
          event.preventDefault();
          if (!event.ctrlKey && !event.metaKey && field.submits) form.run();
        }
      });
      return {row: row(field, id, help, area), show: (value) => { area.value = value ?? ''; grow(); }};
    },

    switch: (field, form, moved, id, help) => {
      const box = pg.el('input', {type: 'checkbox', id, on: {change: () => moved(box.checked)}});
      const label = pg.el('label', {className: 'pg-tick'}, box, pg.el('span', {says: field.label}));
      return {row: pg.el('div', {className: 'pg-field'}, label, help), show: (value) => { box.checked = Boolean(value); }};
    },

    choice: (field, form, moved, id, help) => {
      const list = pg.list(id, moved, field.label);
      return {row: row(field, id, help, list.node), show: list.show, offer: list.offer};
    },

    // Boxes to tick; the value is their names with commas between them. One at least stays ticked.
    several: (field, form, moved, id, help) => {
      const boxes = pg.el('div', {id, className: 'pg-several', role: 'group', label: field.label});
      let options = [], held = '';
      const named = () => held.split(',').map((name) => name.trim());
      const show = (value) => {
        held = value ?? '';
        for (const box of boxes.querySelectorAll('input')) box.checked = named().includes(box.value);
      };
      const tick = (event) => {
        const ticked = [...boxes.querySelectorAll('input:checked')].map((box) => box.value);
        if (!ticked.length) { event.target.checked = true; return; }
        held = ticked.join(', ');
        moved(held);
      };
      const offer = (given) => {
        options = given;
        boxes.replaceChildren(...options.map(([value, en, zh]) => pg.el('label', {className: 'pg-tick'},
          pg.el('input', {type: 'checkbox', value, on: {change: tick}}), pg.el('span', {says: [en, zh]}))));
        show(held);
      };
      const label = pg.el('span', {className: 'pg-label', says: field.label});
      return {row: pg.el('div', {className: 'pg-field pg-several-field'}, label, help, boxes), show, offer, many: true};
    },

    drawing: (field, form, moved, id, help) => (form.spec.wipes ? pg.wiping : pg.drawingPad)(field, form, moved, id, help),
    painting: (field, form, moved, id, help) => pg.paintPad(field, form, moved, id, help),
    mask: (field, form, moved) => pg.maskPad(field, form, moved),
  };

  // A list with a box that narrows it down: names may be many (ImageNet has a thousand classes).
  pg.list = (id, chosen, label) => {
    let options = [], value = '', open = false, at = 0, shown = [];
    const box = pg.el('input', {
      type: 'text', id, role: 'combobox', autocomplete: 'off', spellcheck: false, 'aria-expanded': 'false',
      'aria-controls': `${id}-list`, 'aria-autocomplete': 'list',
    });
    const items = pg.el('ul', {id: `${id}-list`, role: 'listbox', className: 'pg-options', hidden: true, label: label.map((name, at) => words.CHOICES[at].replace('{}', name))});
    const node = pg.el('div', {className: 'pg-list'}, box, items);
    const name = (key) => { const found = options.find(([known]) => known === key); return found ? pg.in([found[1], found[2]]) : key; };
    const draw = (wanted) => {
      const asked = wanted.trim().toLowerCase();
      shown = options.filter(([key, en, zh]) => !asked || `${key} ${en} ${zh}`.toLowerCase().includes(asked)).slice(0, 200);
      at = Math.max(0, shown.findIndex(([key]) => key === value));
      items.replaceChildren(...shown.map(([key, en, zh], index) => pg.el('li', {
        role: 'option', id: `${id}-option-${index}`, 'aria-selected': String(key === value), textContent: pg.in([en, zh]),
        on: {pointerdown: (event) => event.preventDefault(), click: () => pick(key)},
      })));
      mark();
    };
    const mark = () => {
      [...items.children].forEach((item, index) => item.classList.toggle('pg-at', index === at));
      items.children[at]?.scrollIntoView({block: 'nearest'});
      if (items.children[at]) box.setAttribute('aria-activedescendant', items.children[at].id);
    };
    const unfold = (wanted = '') => {
      open = true;
      items.hidden = false;
      box.setAttribute('aria-expanded', 'true');
      draw(wanted);
    };
    const close = () => {
      open = false;
      items.hidden = true;
      box.setAttribute('aria-expanded', 'false');
      box.removeAttribute('aria-activedescendant');
      box.value = name(value);
    };
    const pick = (key) => { value = key; close(); chosen(key); };
    box.addEventListener('click', () => { if (!open) { box.select(); unfold(); } });
    box.addEventListener('input', () => unfold(box.value));
    box.addEventListener('blur', close);
    box.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        if (!open) return unfold();
        at = Math.min(shown.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)));
        mark();
      } else if (event.key === 'Enter' && open) {
        event.preventDefault();
        if (shown[at]) pick(shown[at][0]);
      } else if (event.key === 'Escape' && open) close();
    });
    document.addEventListener('pg:language', () => { if (!open) box.value = name(value); });
    return {
      node, box,
      show: (key) => { value = key ?? ''; if (!open) box.value = name(value); },
      offer: (pairs) => { options = pairs; if (!open) box.value = name(value); else draw(box.value); },
      get value() { return value; },
    };
  };
})();
