const prime = 0x100_0000_01b3n;
const mask = (1n << 64n) - 1n;

/** FNV-1a over the UTF-16 units of a text, 64 bits as 16 hexadecimal digits. */
export function hashText(text: string): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (let i = 0; i < text.length; i++) {
    hash = ((hash ^ BigInt(text.charCodeAt(i))) * prime) & mask;
  }
  return hash.toString(16).padStart(16, "0");
}
