import GLES

/// Brings the sheet to the CPU.
///
/// With pack buffers, up to two frames are on their way: submit frame n + 1 before finishing n, and the CPU never waits
/// for the GPU, at the price of one frame of latency; or finish each frame at once, and wait. Without, a frame is read
/// directly as it is finished.
package final class OutputReadback {
  private final class Slot {
    let buffer: PixelPackBuffer
    var fence: Fence?

    init(_ context: GLContext, size: Int) throws(GLError) { buffer = try PixelPackBuffer(context, size: size) }
  }

  private let context: GLContext
  private let sheet: OutputSheet
  private var slots: [Slot] = []
  private var oldest = 0
  /// Frames submitted and not yet finished.
  package private(set) var pending = 0
  /// Frames that can be on their way at once.
  package var capacity: Int { max(slots.count, 1) }

  /// Prepares to read a sheet back, through two pixel-pack buffers or directly.
  package init(_ context: GLContext, _ sheet: OutputSheet, packBuffers: Bool) throws(ShaderError) {
    self.context = context
    self.sheet = sheet
    guard packBuffers, sheet.isFloat else { return }
    do {
      for _ in 0..<2 { slots.append(try Slot(context, size: sheet.count * MemoryLayout<Float>.size)) }
    } catch {
      throw .gl(error)
    }
  }

  /// Hands the frame's commands, drawn before this, to the GPU, and starts the copy.
  package func submit() throws(ShaderError) {
    precondition(pending < capacity, "\(pending) frames are on their way; finish one first")
    pending += 1
    guard !slots.isEmpty else { return context.flush() }
    let slot = slots[(oldest + pending - 1) % slots.count]
    do {
      try slot.buffer.read(sheet.framebuffer.value, format: .rgba32f)
      slot.fence = try Fence(context)
    } catch {
      pending -= 1
      throw .gl(error)
    }
  }

  /// Whether the oldest frame can be finished without waiting.
  package var isReady: Bool {
    guard pending > 0 else { return false }
    return slots.isEmpty || slots[oldest].fence?.isSignaled ?? true
  }

  /// Waits for the oldest frame, at most two seconds, and copies the whole sheet.
  package func finish(into elements: inout [Float]) throws(ShaderError) {
    precondition(
      pending > 0 && elements.count == sheet.count, "nothing was submitted, or the buffer is not the sheet's")
    pending -= 1
    guard !slots.isEmpty else { return try sheet.read(into: &elements) }
    let slot = slots[oldest]
    oldest = (oldest + 1) % slots.count
    defer { slot.fence = nil }
    guard slot.fence?.wait(atMost: .seconds(2)) ?? true else {
      throw .unfit("a frame is not done after two seconds")
    }
    do {
      try elements.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
        try slot.buffer.copy(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw .gl(error)
    }
  }
}
