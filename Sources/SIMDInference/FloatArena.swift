import Foundation

/// Zeroed floats on a cache line's boundary, freed with their owner.
struct FloatArena: ~Copyable {
  let base: UnsafeMutablePointer<Float>

  init(count: Int) {
    let address = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    base = address.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { base.deallocate() }
}
