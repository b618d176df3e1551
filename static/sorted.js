// The code of a program, sorted for packing: operations, addresses, constants and so on, each kind in a stream of its own,
// are a tenth smaller with LZMA than mixed as they run. The same walk over the instructions sorts and puts back: it moves
// one part after another from where it is to where it belongs.
// Source: the WebAssembly core specification 3.0, chapter 5, "Binary format".

/** The streams; constants have one for each operation that may follow them. */
const [OPERATIONS, DECLARATIONS, TYPES, BRANCHES, TABLES, CALLS, INDIRECT, LOCALS, POINTERS, GLOBALS, ALIGNMENTS, OFFSETS, LONGS, OTHERS, CONSTANTS] =
  Array(15).keys();
const STREAMS = CONSTANTS + 256;

/** What a sorted program begins with, 32 bits each: its bytes, functions, bytes of code and where that goes, and the length of each stream. */
const HEAD = 4 + STREAMS;

const CODE = 10;
const [FIRST_LOAD, LAST_LOAD, LAST_STORE] = [0x28, 0x35, 0x3e];
/** The alignment that each load and store has when nothing speaks against it. */
const NATURAL = [2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2];

/** The program, sorted. */
export function sorted(program) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const part = program[at++];
      value += (part & 127) * 2 ** shift;
      if (part < 128) return value;
    }
  };
  let begin = at;
  while (program[at++] !== CODE) {
    const size = number();
    begin = at += size;
  }
  const size = number();
  const end = at + size;
  const functions = number();
  const streams = Array.from({ length: STREAMS }, () => []);
  const move = (stream, mask) => {
    const part = program[at++];
    streams[stream].push(part ^ mask);
    return part;
  };
  const following = () => {
    let after = at;
    while (program[after++] > 127);
    return program[after];
  };
  for (let each = 0; each < functions; each++) {
    number();
    walk(move, following);
  }
  const head = Uint32Array.of(program.length, functions, size, begin, ...streams.map((stream) => stream.length));
  const parts = [new Uint8Array(head.buffer), ...streams, program.subarray(0, begin), program.subarray(end)];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((to, part) => (all.set(part, to), to + part.length), 0);
  return all;
}

/** The program out of its sorted form. */
export function restored(bytes) {
  const [length, functions, size, begin, ...lengths] = new Uint32Array(bytes.slice(0, 4 * HEAD).buffer);
  // The length of a function comes before it and is known after it, so that 5 bytes are left free for the last one's.
  const program = new Uint8Array(length + 5);
  let from = 4 * HEAD;
  const places = lengths.map((length) => (from += length) - length);
  program.set(bytes.subarray(from, from + begin));
  let at = begin;
  const number = (value) => {
    for (; value > 127; value >>>= 7) program[at++] = value | 128;
    program[at++] = value;
  };
  const move = (stream, mask) => {
    if (at >= length + 5) throw new Error("its code does not end");
    return (program[at++] = bytes[places[stream]++] ^ mask);
  };
  const following = () => bytes[places[OPERATIONS]];
  program[at++] = CODE;
  number(size);
  number(functions);
  for (let each = 0; each < functions; each++) {
    const place = at;
    const body = (at += 5);
    walk(move, following);
    const end = at;
    at = place;
    number(end - body);
    program.copyWithin(at, body, end);
    at += end - body;
  }
  program.set(bytes.subarray(from + begin), at);
  return program.subarray(0, length);
}

/**
 * Moves one function. `move(stream, mask)` moves a byte, which is masked while it is sorted, and gives it as it is in the
 * program; `following()` gives the operation after the number that is next.
 */
function walk(move, following) {
  const number = (stream) => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const part = move(stream);
      value |= (part & 127) << shift;
      if (part < 128) return value;
    }
  };
  const numbers = (stream, count) => {
    while (count--) number(stream);
  };
  const bytes = (count) => {
    while (count--) move(OTHERS);
  };
  const address = (operation) => {
    move(ALIGNMENTS, NATURAL[operation - FIRST_LOAD]);
    number(OFFSETS);
  };
  const isLoad = (operation) => operation >= FIRST_LOAD && operation <= LAST_LOAD;

  numbers(DECLARATIONS, 2 * number(DECLARATIONS));
  for (let depth = 1; depth; ) {
    const operation = move(OPERATIONS);
    switch (operation) {
      case 0x02: case 0x03: case 0x04: // block, loop, if
        depth++;
        number(TYPES);
        break;
      case 0x0b: // end
        depth--;
        break;
      case 0x0c: case 0x0d: // br, br_if
        number(BRANCHES);
        break;
      case 0x0e: // br_table
        numbers(TABLES, number(TABLES) + 1);
        break;
      case 0x10: // call
        number(CALLS);
        break;
      case 0x11: // call_indirect
        numbers(INDIRECT, 2);
        break;
      case 0x1c: // select
        bytes(number(OTHERS));
        break;
      case 0x20: case 0x21: case 0x22: // local.get, local.set, local.tee
        number(isLoad(following()) ? POINTERS : LOCALS);
        break;
      case 0x23: case 0x24: // global.get, global.set
        number(GLOBALS);
        break;
      case 0x25: case 0x26: case 0x3f: case 0x40: case 0xd0: case 0xd2: // table.get, table.set, memory.size, memory.grow, ref.null, ref.func
        number(OTHERS);
        break;
      case 0x41: // i32.const
        number(CONSTANTS + following());
        break;
      case 0x42: // i64.const
        number(LONGS);
        break;
      case 0x43: // f32.const
        bytes(4);
        break;
      case 0x44: // f64.const
        bytes(8);
        break;
      case 0xfc: { // conversions, bulk memory
        const which = number(OPERATIONS);
        numbers(OTHERS, which < 8 ? 0 : [8, 10, 12, 14].includes(which) ? 2 : 1);
        break;
      }
      case 0xfd: { // vectors
        const which = number(OPERATIONS);
        if (which < 12 || (which >= 84 && which <= 93)) address();
        if (which === 12 || which === 13) bytes(16);
        if ((which >= 21 && which <= 34) || (which >= 84 && which <= 91)) bytes(1);
        break;
      }
      default:
        if (operation >= FIRST_LOAD && operation <= LAST_STORE) address(operation);
    }
  }
}
