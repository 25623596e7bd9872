import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line between two ends that can be cut: connections break at once and are refused, or nothing passes and nobody is told. */
export class CutLine {
  base = "";
  private state: "whole" | "broken" | "silent" = "whole";
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => this.join(near));
  private readonly port: number;

  constructor(target: string) {
    this.port = Number(new URL(target).port);
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    this.base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  cut(how: "broken" | "silent"): void {
    this.state = how;
    for (const socket of this.sockets) {
      if (how === "broken") socket.destroy();
      else socket.pause();
    }
  }

  /** What hung while the line was silent is lost, as it is on a real one. */
  mend(): void {
    this.state = "whole";
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    if (this.state === "broken") return void near.destroy();
    this.keep(near);
    if (this.state === "silent") return void near.pause();
    const far = connect(this.port, "127.0.0.1");
    this.keep(far);
    near.on("data", (chunk) => this.state === "whole" && far.write(chunk));
    far.on("data", (chunk) => this.state === "whole" && near.write(chunk));
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
  }
}
