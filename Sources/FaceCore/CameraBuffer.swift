import Synchronization

/// A buffer of a camera's driver, to be read where it lies: by the CPU through its mapping, by a GPU through its dma-buf.
///
/// One object a buffer, made when a camera begins to lend. It comes with a frame and goes back to the driver at the source's
/// next call, unless somebody holds it: one holder at a time, on any thread. Mapping and descriptor stay valid as long as
/// the object, even when the camera has gone.
package final class CameraBuffer: Sendable {
  /// Where the luma lies in the buffer, which it begins with.
  package struct Layout: Equatable, Sendable {
    /// Pixels in a row, and rows.
    package var width, height: Int
    /// Bytes from one row to the next.
    package var stride: Int
    /// Bytes from one pixel to the next: 1, or 2 where chroma stands between, as in YUYV.
    package var step: Int

    package init(width: Int, height: Int, stride: Int, step: Int) {
      precondition(
        width > 0 && height > 0 && (1...2).contains(step) && stride >= width * step,
        "luma has pixels a byte or two apart, and rows no longer than their stride")
      (self.width, self.height, self.stride, self.step) = (width, height, stride, step)
    }

    /// Copies luma that lies so to `target`, rows without gaps.
    package func copyLuma(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
      for y in 0..<height {
        let (from, to) = (source + y &* stride, target + y &* width)
        if step == 1 {
          to.update(from: from, count: width)
        } else {
          var x = 0
          while x < width {
            to[x] = from[x &* 2]
            x &+= 1
          }
        }
      }
    }
  }

  package let layout: Layout
  /// The dma-buf; closed by the object.
  package let descriptor: Int32
  /// The first luma pixel as the CPU sees it; in step with the camera while the buffer is not the driver's.
  nonisolated(unsafe) package let pixels: UnsafePointer<UInt8>
  private let end: @Sendable () -> Void
  private let held = Atomic(false)
  private let retired = Atomic(false)

  /// `end` unmaps the memory and closes the descriptor.
  package init(
    layout: Layout, descriptor: Int32, pixels: UnsafePointer<UInt8>, end: @escaping @Sendable () -> Void
  ) {
    (self.layout, self.descriptor, self.pixels, self.end) = (layout, descriptor, pixels, end)
  }

  deinit { end() }

  /// Whether the driver has to wait for it.
  package var isHeld: Bool { held.load(ordering: .acquiring) }
  /// Whether its camera is closed, so that no frame will come in it any more.
  package var isRetired: Bool { retired.load(ordering: .acquiring) }

  /// Keeps it from the driver, beyond the source's next call.
  package func hold() { held.store(true, ordering: .releasing) }
  /// Lets the driver have it again, once all reads are over.
  package func release() { held.store(false, ordering: .releasing) }
  /// Says that its camera is closed.
  package func retire() { retired.store(true, ordering: .releasing) }

  /// Whether all pixels are alike, as before a camera's first exposure.
  package var isUniform: Bool {
    for y in 0..<layout.height {
      let row = pixels + y &* layout.stride
      for x in 0..<layout.width where row[x &* layout.step] != pixels[0] { return false }
    }
    return true
  }

  /// Copies the luma to `target`, rows without gaps.
  package func copyLuma(to target: UnsafeMutablePointer<UInt8>) { layout.copyLuma(from: pixels, to: target) }
}
