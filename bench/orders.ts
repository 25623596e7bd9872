/** In a process that a bench has begun: says that it is ready, then answers the orders that come, each with what `follow` gives. */
export function answerOrders<Order>(follow: (order: Order) => Promise<unknown>): void {
  process.on(
    "message",
    (order: Order) => void follow(order).then((answer) => process.connected && process.send?.({ answer })),
  );
  process.send?.({ answer: "ready" });
}
