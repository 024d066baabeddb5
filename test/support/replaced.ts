/** The same object with some of its methods replaced: how a test gets between two parts. */
export function replaced<Target extends object>(target: Target, over: Partial<Target>): Target {
  return new Proxy(target, {
    get(original, key) {
      const found: unknown = Object.hasOwn(over, key)
        ? Reflect.get(over, key)
        : Reflect.get(original, key);
      // Private fields are the original's own.
      return typeof found === 'function' ? found.bind(original) : found;
    },
  });
}
