// Fetches a program. The build compresses programs itself, since a bucket does not.

/** The response of a host as `init` takes it, whether the host has taken the compression off or not. */
export async function program(address, get = fetch) {
  const response = await get(address);
  if (!response.ok) throw new Error(`${address} is answered with ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const body = isCompressed ? new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")) : bytes;
  return new Response(body, { headers: { "content-type": "application/wasm" } });
}
