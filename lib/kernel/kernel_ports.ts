import { denoPath, type StartChild, startChild } from "../runtime/child_process.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type WritePrivateFile, writePrivateFile } from "../runtime/private_file.ts";
import { hmacSigner, type Signer, systemUniqueId, type UniqueId } from "../runtime/signer.ts";
import { freePorts, type OpenTcpStream, openTcpStream } from "../runtime/tcp_stream.ts";

/** The outside world of a kernel. */
export interface KernelPorts {
  readonly clock: Clock;
  readonly startChild: StartChild;
  readonly connect: OpenTcpStream;
  /** Returns this many free ports of 127.0.0.1. */
  readonly freePorts: (count: number) => readonly number[];
  readonly writePrivateFile: WritePrivateFile;
  readonly signer: (key: string) => Signer;
  readonly uniqueId: UniqueId;
  /** The Deno that is started as kernel. */
  readonly deno: string;
}

/** The machine, and the Deno that this process runs on. */
export function systemKernelPorts(): KernelPorts {
  return {
    clock: systemClock,
    startChild,
    connect: openTcpStream,
    freePorts,
    writePrivateFile,
    signer: hmacSigner,
    uniqueId: systemUniqueId,
    deno: denoPath(),
  };
}
