// The gallery: small pictures to search, filter, choose and page through; one of them large; two side by side.
(() => {
  const pg = window.playground, words = pg.words.gallery;

  pg.kinds.gallery = (port) => {
    const {element, props, spec, tell, watch} = port;
    const wanted = {words: '', family: '', checkpoint: '', since: 0, favourites: false};
    let offset = 0, chosen = [], opened = null, gone = [], asking = 0, like = '';

    const filter = (name, label, options) => {
      const list = pg.list(`gallery-${name}`, (value) => { wanted[name] = value; offset = 0; refresh(); }, label);
      list.offer(options);
      list.show(wanted[name]);
      return {list, row: pg.el('div', {className: 'pg-field pg-choice'}, pg.el('label', {className: 'pg-label', htmlFor: `gallery-${name}`, says: label}), list.node)};
    };
    const family = filter('family', words.FAMILY, [['', ...words.ANY]]);
    const checkpoint = filter('checkpoint', words.CHECKPOINT, [['', ...words.ANY]]);
    const since = filter('since', words.SINCE, spec.since);
    let typed = null;
    const search = pg.el('input', {type: 'search', id: 'gallery-words', maxLength: 200, autocomplete: 'off', on: {input: () => {
      clearTimeout(typed);
      typed = setTimeout(() => { wanted.words = search.value; offset = 0; like = ''; refresh(); }, 120);
    }}});
    pg.say(search, words.SEARCH_HINT, 'placeholder');
    const favourites = pg.el('input', {type: 'checkbox', on: {change: () => { wanted.favourites = favourites.checked; offset = 0; refresh(); }}});
    const meaning = pg.el('input', {type: 'checkbox', on: {change: () => { like = ''; refresh(); }}});
    const said = pg.el('div', {id: 'gallery-said'}), tiles = pg.el('div', {id: 'gallery-tiles'});
    const turn = (id, label, pages) => pg.button(id, label, () => { offset = Math.max(0, offset + pages * 24); refresh(); }, 'pg-small-button');
    const newer = turn('gallery-newer', words.NEWER, -1), older = turn('gallery-older', words.OLDER, 1);
    const count = pg.el('div', {id: 'gallery-chosen'}), handed = pg.el('div', {id: 'gallery-handout'});
    const small = (id, label, press) => pg.button(id, label, press, 'pg-small-button');
    const handOut = async (kind) => {
      const file = await pg.ask(port, 'hand_out', {kind, chosen});
      if (!file) return;
      const link = pg.el('a', {href: file.url, download: file.name, className: 'pg-chip', textContent: file.name});
      handed.replaceChildren(link);
      link.click();
    };
    const compare = async () => {
      const found = await pg.ask(port, 'compare_two', {chosen});
      if (!found) return;
      comparison.hidden = false;
      beside.replaceChildren(...found.pictures.map((src, index) => pg.el('img', {src, alt: index ? '2' : '1'})));
      pg.morph(difference, found.difference);
      comparison.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    };
    const choice = pg.el('div', {className: 'pg-chips'},
      small('gallery-zip', words.HAND_OUT_ZIP, () => handOut('zip')), small('gallery-page', words.HAND_OUT_PAGE, () => handOut('html')),
      small('gallery-compare', words.COMPARE, compare), small('gallery-none', words.CLEAR_CHOICE, () => {
        chosen = [];
        comparison.hidden = true;
        handed.replaceChildren();
        refresh();
      }));
    const beside = pg.el('div', {id: 'gallery-slider', className: 'pg-beside', style: '--at: 50%'});
    const curtain = pg.el('input', {type: 'range', min: 0, max: 100, value: 50, label: words.CURTAIN, on: {
      input: () => beside.style.setProperty('--at', `${curtain.value}%`),
    }});
    const difference = pg.el('div', {id: 'gallery-difference'});
    const comparison = pg.el('div', {id: 'gallery-comparison', hidden: true}, beside, curtain, difference);

    const stage = pg.el('div', {id: 'gallery-stage'}), hint = pg.el('p', {className: 'pg-small', says: words.DETAIL_HINT});
    const files = pg.el('div', {id: 'gallery-downloads'}), proof = pg.el('div', {id: 'gallery-proof'}), settings = pg.el('div', {id: 'gallery-settings'});
    const back = pg.button('gallery-send-back', words.SEND_BACK, async () => {
      const answer = await pg.ask(port, 'send_back', {id: opened.id});
      if (answer) pg.deliver(answer);
    }, 'pg-primary pg-small-button');
    const again = small('gallery-again', words.MAKE_AGAIN, () => tell('again', {id: opened.id}));
    const star = small('gallery-star', words.STAR_ON, async () => {
      const answer = await pg.ask(port, 'star', {id: opened.id});
      if (answer) { opened.favourite = answer.favourite; starred(); refresh(); }
    });
    const remove = pg.button('gallery-delete', words.DELETE, async () => {
      const answer = await pg.ask(port, 'delete_result', {id: opened.id});
      if (!answer) return;
      close();
      gone = answer.gone;
      undo.hidden = !gone.length;
      pg.morph(proof, answer.proof);
      changed();
    }, 'pg-stop pg-small-button');
    const sketch = small('gallery-to-sketch', pg.words.result.TO_SKETCH, () => pg.toSketch(stage.querySelector('img')));
    const read = small('gallery-to-words', pg.words.result.TO_WORDS, () => pg.toWords(stage.querySelector('img')));
    const animate = small('gallery-animate', pg.words.result.ANIMATE, () => pg.toVideo(stage.querySelector('img')));
    const more = small('gallery-like', words.MORE_LIKE_THIS, () => { like = opened.id; refresh(); });
    const actions = pg.el('div', {id: 'gallery-actions', className: 'pg-chips', hidden: true}, back, again, sketch, ...(spec.meaning ? [read] : []), animate, ...(spec.meaning ? [more] : []), star, remove);
    const undo = small('gallery-undo', words.UNDO, async () => {
      if (!(await pg.ask(port, 'undelete', {ids: gone}))) return;
      gone = [];
      undo.hidden = true;
      pg.morph(proof, '');
      changed();
    });
    undo.hidden = true;
    const lines = pg.el('pre', {tabIndex: 0});
    const copy = pg.button(null, pg.words.result.COPY, () => pg.copy(lines.textContent, copy), 'pg-small-button pg-copy');
    const code = pg.fold('gallery-code-fold', words.CODE, (body) => body.append(pg.el('div', {id: 'gallery-code', className: 'pg-code'}, copy, lines)));
    code.hidden = true;
    const calculate = (sum) => { like = ''; search.value = wanted.words = sum; meaning.checked = true; refresh(); said.scrollIntoView({block: 'center', behavior: 'smooth'}); };
    element.append(
      pg.el('div', {className: 'pg-filters'},
        pg.el('div', {className: 'pg-field', id: 'gallery-search'}, pg.el('label', {className: 'pg-label', htmlFor: 'gallery-words', says: words.SEARCH}), search),
        family.row, checkpoint.row, since.row,
        pg.el('label', {className: 'pg-lock', id: 'gallery-favourites'}, favourites, pg.el('span', {says: words.FAVOURITES})),
        pg.el('label', {className: 'pg-lock', id: 'gallery-meaning', hidden: !spec.meaning}, meaning, pg.el('span', {says: words.MEANING}))),
      ...(spec.meaning ? [pg.meaningMap(port, (id) => open(id).then(() => stage.scrollIntoView({behavior: 'smooth', block: 'center'})), calculate)] : []),
      pg.el('div', {className: 'pg-columns pg-gallery'},
        pg.el('div', {}, said, tiles, pg.el('div', {className: 'pg-chips'}, newer, older), count, choice, handed),
        pg.el('div', {}, stage, hint, files, actions, undo, proof, settings, code)),
      comparison, pg.origin(port));

    const starred = () => {
      pg.say(star, opened?.favourite ? words.STAR_OFF : words.STAR_ON);
      star.disabled = remove.disabled = !opened?.own;
    };
    const close = () => {
      opened = null;
      for (const part of [stage, files, settings]) pg.morph(part, '');
      hint.hidden = false;
      actions.hidden = code.hidden = true;
    };
    const open = async (id) => {
      const found = await pg.ask(port, 'open_result', {id});
      if (!found) return;
      opened = found;
      pg.morph(stage, found.stage);
      pg.morph(files, found.downloads);
      pg.morph(proof, found.proof);
      pg.morph(settings, found.settings);
      hint.hidden = true;
      actions.hidden = false;
      lines.textContent = found.code;
      code.hidden = !found.code;
      starred();
    };
    const refresh = async () => {
      const turnNumber = ++asking;
      if (like || (meaning.checked && wanted.words.trim())) {
        const found = await pg.ask(port, 'by_meaning', {words: wanted.words, like, chosen, opened: opened?.id ?? ''});
        if (!found || turnNumber !== asking) return;
        pg.morph(tiles, found.tiles);
        tiles.querySelectorAll('.pg-tile > input').forEach((box) => { box.checked = chosen.includes(box.closest('[data-id]').dataset.id); });
        pg.morph(said, found.said);
        newer.hidden = older.hidden = true;
        return;
      }
      const shelf = await pg.ask(port, 'shelf', {...wanted, offset, chosen, opened: opened?.id ?? ''});
      if (!shelf || turnNumber !== asking) return;
      offset = shelf.offset;
      pg.morph(tiles, shelf.tiles);
      tiles.querySelectorAll('.pg-tile > input').forEach((box) => { box.checked = chosen.includes(box.closest('[data-id]').dataset.id); });
      pg.morph(said, shelf.said);
      newer.hidden = !shelf.newer;
      older.hidden = !shelf.older;
      family.list.offer(shelf.families);
      checkpoint.list.offer(shelf.checkpoints);
      counted();
    };
    const counted = () => { count.textContent = chosen.length ? pg.in(pg.fill(words.CHOSEN, chosen.length)) : ''; };
    const changed = () => { refresh(); document.dispatchEvent(new CustomEvent('pg:gallery')); };

    tiles.addEventListener('click', async (event) => {
      const tile = event.target.closest('[data-id]');
      if (!tile) return;
      const id = tile.dataset.id;
      if (event.target.closest('.pg-tile-star')) {
        await pg.ask(port, 'star', {id});
        if (opened?.id === id) open(id);
        refresh();
      } else if (event.target.closest('.pg-tile-open')) {
        tiles.querySelectorAll('.pg-open').forEach((other) => other.classList.remove('pg-open'));
        tile.classList.add('pg-open');
        await open(id);
        if (stage.getBoundingClientRect().top > innerHeight - 120) stage.scrollIntoView({behavior: 'smooth', block: 'start'});
      }
    });
    tiles.addEventListener('change', (event) => {
      const id = event.target.closest('[data-id]')?.dataset.id;
      if (!id) return;
      chosen = chosen.filter((other) => other !== id);
      if (event.target.checked) chosen.push(id);
      counted();
    });
    watch('value', () => { if (props.value?.proof !== undefined) pg.morph(proof, props.value.proof); });
    document.addEventListener('pg:language', () => { refresh(); if (opened) open(opened.id); });
    // The tab is asked for again whenever it is shown: results come from the other tabs.
    new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) refresh(); }).observe(element);
    starred();
    counted();
  };
})();
