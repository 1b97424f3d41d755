// Hears gurnd over OSCQuery: asks for the tree by HTTP, streams OSC over a WebSocket (the proposal's LISTEN).

/** The messages of an OSC packet as [address, values], those of bundles too. */
export function* messages(buffer, start = 0, end = buffer.byteLength) {
  const view = new DataView(buffer);
  const text = offset => {
    let stop = offset;
    while (stop < end && view.getUint8(stop) !== 0) stop += 1;
    const bytes = new Uint8Array(buffer, offset, stop - offset);
    return [new TextDecoder().decode(bytes), offset + (((stop - offset) >> 2) + 1) * 4];
  };
  const [address, tagsAt] = text(start);
  if (address === "#bundle") {
    for (let offset = start + 16; offset + 4 <= end;) {
      const size = view.getInt32(offset);
      if (size <= 0 || offset + 4 + size > end) return;
      yield* messages(buffer, offset + 4, offset + 4 + size);
      offset += 4 + size;
    }
    return;
  }
  let [tags, offset] = text(tagsAt);
  const values = [];
  for (const tag of tags.slice(1)) {
    if (tag === "f") { values.push(view.getFloat32(offset)); offset += 4; }
    else if (tag === "i") { values.push(view.getInt32(offset)); offset += 4; }
    else if (tag === "d") { values.push(view.getFloat64(offset)); offset += 8; }
    else if (tag === "s") { const [value, next] = text(offset); values.push(value); offset = next; }
    else if (tag === "T" || tag === "F") values.push(tag === "T");
    else return;
  }
  yield [address, values];
}

/** A connection to gurnd that is made again whenever it breaks. */
export class Listener {
  onFrame = () => {};
  onState = () => {};
  #host;

  constructor(host) { this.#host = host; }

  /** The names of the 52 blendshapes in the order of /gurn/face/0/weights. Waits for gurnd. */
  async names() {
    for (;;) {
      try {
        const answer = await fetch(`http://${this.#host}/gurn/face/0/blend`);
        return Object.keys((await answer.json()).CONTENTS).sort();
      } catch {
        this.onState(`waiting for gurnd at ${this.#host}`);
        await new Promise(done => setTimeout(done, 1000));
      }
    }
  }

  /** Streams the messages of these addresses, a frame at a time. */
  listen(addresses) {
    const socket = new WebSocket(`ws://${this.#host}/`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.onState(`listening to gurnd at ${this.#host}`);
      for (const address of addresses) socket.send(JSON.stringify({ COMMAND: "LISTEN", DATA: address }));
    };
    socket.onmessage = event => {
      if (!(event.data instanceof ArrayBuffer)) return;
      const frame = [...messages(event.data)];
      // One that was sent before gurnd had read every LISTEN holds only some addresses.
      if (frame.length === addresses.length) this.onFrame(frame);
    };
    socket.onclose = () => {
      this.onState(`waiting for gurnd at ${this.#host}`);
      setTimeout(() => this.listen(addresses), 1000);
    };
  }
}
