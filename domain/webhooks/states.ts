/** `disabled`: by us, with a reason, or by its owner; `deleted`: for good, kept for its log. */
export const ENDPOINT_STATES = ['enabled', 'disabled', 'deleted'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** `failed`: its tries are used up; `stopped`: its endpoint was disabled or deleted before it arrived. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'stopped'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Every move that a delivery may make; back to pending is a replay. */
export const DELIVERY_MOVES: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  pending: ['delivered', 'failed', 'stopped'],
  delivered: ['pending'],
  failed: ['pending'],
  stopped: ['pending'],
};

/** The states from which a delivery may become `to`. */
export const deliveryStatesBefore = (to: DeliveryState): DeliveryState[] => DELIVERY_STATES.filter((from) => DELIVERY_MOVES[from].includes(to));
