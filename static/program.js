// Makes what the build has packed a program again. A bucket delivers files as they are, so the build compresses the
// programs itself, with LZMA: a quarter smaller than with what browsers have a decoder for.
import { Decoder } from "lzma1/lib/decoder.js";
import { InputBuffer, OutputBuffer } from "lzma1/lib/streams.js";

const WASM = [0, 0x61, 0x73, 0x6d];

/** The program in the bytes of a file of that address. */
export async function program(bytes, address) {
  // Some hosts unpack what they know; this is for the day when one knows LZMA.
  const isPlain = WASM.every((byte, at) => bytes[at] === byte);
  try {
    return await WebAssembly.compile(isPlain ? bytes : unpacked(bytes));
  } catch (error) {
    throw new Error(`${address} is damaged or is another file (${error.message})`);
  }
}

/** The text of a `.lzma` file: 5 bytes of properties, 8 of its size, and the stream. */
function unpacked(bytes) {
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(5, true));
  if (size > 1 << 26) throw new Error("it does not begin as a program does");
  const text = new OutputBuffer(size);
  new Decoder().decompress(new InputBuffer(bytes), text);
  if (text.count !== size) throw new Error(`it has ${text.count} bytes in place of ${size}`);
  return text.toArray();
}
