/** A drawn picture of any shape: hills, water and a sail, enough to see what a frame leaves out. */
export function Scene({ size: { width, height } }: { size: { width: number; height: number } }) {
  return (
    <svg
      aria-hidden="true"
      width={width}
      height={height}
      viewBox="0 0 300 200"
      preserveAspectRatio="xMidYMid slice"
    >
      <rect class="scene-sky" x="-300" y="-300" width="900" height="800" />
      <circle class="scene-sun" cx="214" cy="52" r="20" />
      <path class="scene-far" d="M-300 128 C-60 70 40 70 120 112 S280 92 600 124 V420 H-300z" />
      <path class="scene-near" d="M-300 150 C-40 104 60 128 150 144 S300 120 600 150 V420 H-300z" />
      <rect class="scene-water" x="-300" y="150" width="900" height="300" />
      <path class="scene-sail" d="M112 146 V84 C132 100 142 122 146 146z" />
      <path class="scene-hull" d="M92 150 H156 L148 166 H102z" />
    </svg>
  );
}
