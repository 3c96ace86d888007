export interface TarFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A tar file, as `tar` of GNU or Python writes it: names that do not fit are in a pax header before. */
export function createTar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ path, content }) => {
    const bytes = Buffer.from(content);
    const name = Buffer.from(path);
    const type = path.endsWith("/") ? "5" : "0";
    const own = [createHeader(name, bytes.length, type), pad(bytes)];
    if (name.length <= 100) return own;
    const record = createPaxRecord("path", path);
    return [createHeader(Buffer.from("pax"), record.length, "x"), pad(record), ...own];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function createHeader(name: Buffer, size: number, type: string): Buffer {
  const header = Buffer.alloc(512);
  name.copy(header, 0, 0, 100);
  header.write("0000644\0", 100);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("14000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** `<length of the record> <key>=<value>\n`. */
function createPaxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  const digits = String(rest.length + 3).length;
  return Buffer.concat([Buffer.from(String(rest.length + digits)), rest]);
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
