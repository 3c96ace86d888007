/** Light as the scene has it, without an upper limit, to light as a screen has it, 0 to 1: bright places fade instead of clipping. */
export function toneMap(light: number): number {
  // Narkowicz's fit of the ACES film curve, a little darker to begin with than the original.
  const x = 0.72 * light;
  return Math.min(1, (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14));
}

/** A share of full brightness, 0 to 1, to the byte that the sRGB standard writes for it. */
export function srgbByte(brightness: number): number {
  return srgbBytes[Math.round(steps * brightness)] ?? 255;
}

/** Enough that two neighbours never skip a byte, even in the dark, where sRGB is steepest. */
const steps = 4096;
const srgbBytes = Uint8Array.from({ length: steps + 1 }, (_, step) => {
  const brightness = step / steps;
  const encoded = brightness <= 0.0031308 ? 12.92 * brightness : 1.055 * brightness ** (1 / 2.4) - 0.055;
  return Math.round(255 * encoded);
});
