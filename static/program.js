// Makes what the build has packed a program again. A bucket delivers files as they are, so the build compresses the
// programs itself, sorted and with LZMA: a third smaller than with what browsers have a decoder for.
import { Decoder } from "lzma1/lib/decoder.js";
import { InputBuffer, OutputBuffer } from "lzma1/lib/streams.js";
import { restored } from "./sorted.js";

/** The program in the bytes of a file of that address. */
export async function program(bytes, address) {
  try {
    return await WebAssembly.compile(restored(unpacked(bytes)));
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
