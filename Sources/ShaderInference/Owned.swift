/// A move-only value that several places hold: it goes when the last of them does.
final class Owned<Value: ~Copyable> {
  let value: Value

  init(_ value: consuming Value) { self.value = value }
}
