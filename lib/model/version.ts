/** Version of Comove; set-up lines and manifests carry it. */
export const VERSION = "0.3.0";
