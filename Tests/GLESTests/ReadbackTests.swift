import GLES
import Testing

@Suite struct ReadbackTests {
  @Test func aPackBufferHoldsWhatWasDrawnBeforeItsFence() throws {
    guard let context = testContext() else { return }
    let texture = try Texture(context, width: 3, height: 1, format: .rgba32f)
    let target = try Framebuffer(context, colors: [texture.attachment()])
    let buffer = try PixelPackBuffer(context, size: 3 * 16)
    target.clear(red: 0.25, green: -2, blue: 1e6, alpha: 4)
    try buffer.read(target, format: .rgba32f)
    let fence = try Fence(context)
    target.clear(red: 9)
    let passed = fence.wait(atMost: .seconds(10))
    let signaled = fence.isSignaled
    #expect(passed && signaled)
    var floats = [Float](repeating: 0, count: 12)
    try floats.withUnsafeMutableBufferPointer { (pointer) throws(GLError) in
      try buffer.copy(into: UnsafeMutableRawBufferPointer(pointer))
    }
    #expect(floats == [0.25, -2, 1e6, 4, 0.25, -2, 1e6, 4, 0.25, -2, 1e6, 4])
    // The pack buffer must not catch a direct read that follows.
    let direct = try target.readFloats()
    #expect(direct[0] == 9)
  }

  @Test func buffersTooSmallAreRefused() throws {
    guard let context = testContext() else { return }
    let texture = try Texture(context, width: 3, height: 1, format: .rgba32f)
    let target = try Framebuffer(context, colors: [texture.attachment()])
    let buffer = try PixelPackBuffer(context, size: 47)
    let packed = error { () throws(GLError) in try buffer.read(target, format: .rgba32f) }
    var small = [UInt8](repeating: 0, count: 47)
    let direct = error { () throws(GLError) in
      try small.withUnsafeMutableBufferPointer { (pointer) throws(GLError) in
        try target.readPixels(width: 3, height: 1, format: .rgba32f, into: UnsafeMutableRawBufferPointer(pointer))
      }
    }
    #expect(packed == .bufferTooSmall(call: "glReadPixels", needed: 48, given: 47))
    #expect(direct == packed)
  }

  @Test func unequalOrTooManyAttachmentsAreRefused() throws {
    guard let context = testContext() else { return }
    let wide = try Texture(context, width: 3, height: 1, format: .rgba8)
    let tall = try Texture(context, width: 1, height: 3, format: .rgba8)
    for colors in [[wide.attachment(), tall.attachment()], []] {
      let refused = error { () throws(GLError) in _ = try Framebuffer(context, colors: colors) }
      #expect(refused?.description.contains("\(colors.count) attachments") == true)
    }
  }
}
