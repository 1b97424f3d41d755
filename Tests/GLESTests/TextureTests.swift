import GLES
import Testing

extension Texture {
  func upload(bytes: [UInt8], rowStride: Int? = nil) throws(GLError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(GLError) in
      try upload(UnsafeRawBufferPointer(buffer), rowStride: rowStride)
    }
  }
}

@Suite struct TextureTests {
  @Test(arguments: Texture.Format.allCases.filter { $0 != .rgba32ui })
  func everyFormatRendersAndReadsBack(format: Texture.Format) throws {
    guard let context = testContext() else { return }
    let texture = try Texture(context, width: 3, height: 2, format: format)
    let unrenderable = error { () throws(GLError) in
      let target = try Framebuffer(context, colors: [texture.attachment()])
      target.clear(red: 0.5, green: 0.25, blue: 0.125, alpha: 1)
      if format == .r8 || format == .rgba8 {
        let expected: [UInt8] = format == .r8 ? [128, 0, 0, 255] : [128, 64, 32, 255]
        for (index, byte) in try target.readBytes().enumerated() {
          #expect(abs(Int(byte) - Int(expected[index % 4])) <= 1)
        }
      } else {
        let expected: [Float] = format.channels == 1 ? [0.5, 0, 0, 1] : [0.5, 0.25, 0.125, 1]
        for (index, value) in try target.readFloats().enumerated() { #expect(value == expected[index % 4]) }
      }
    }
    if let unrenderable {
      guard case .framebufferIncomplete(format.rawValue, _) = unrenderable else { throw unrenderable }
      print("skip \(format): not renderable here")
    }
  }

  @Test func integersAreReadBackAsTheyAre() throws {
    guard let context = testContext() else { return }
    let texture = try Texture(context, width: 2, height: 1, format: .rgba32ui)
    let words: [UInt32] = [0, 1, .max, 0x7FC0_0000, 4, 5, 6, 0x8000_0000]
    try words.withUnsafeBufferPointer { (buffer) throws(GLError) in
      try texture.upload(UnsafeRawBufferPointer(buffer))
    }
    let target = try Framebuffer(context, colors: [texture.attachment()])
    var found = [UInt32](repeating: 9, count: 8)
    try found.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
      try target.readPixels(width: 2, height: 1, format: .rgba32ui, into: UnsafeMutableRawBufferPointer(buffer))
    }
    #expect(found == words)
    try texture.clearToZero()
    try found.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
      try target.readPixels(width: 2, height: 1, format: .rgba32ui, into: UnsafeMutableRawBufferPointer(buffer))
    }
    #expect(found == [UInt32](repeating: 0, count: 8))
  }

  @Test func aRowStrideSkipsWhatFollowsEachRow() throws {
    guard let context = testContext() else { return }
    let texture = try Texture(context, width: 3, height: 2, format: .r8)
    try texture.upload(bytes: [1, 2, 3, 99, 99, 4, 5, 6], rowStride: 5)
    let target = try Framebuffer(context, colors: [texture.attachment()])
    let red = try target.readBytes().enumerated().filter { $0.offset % 4 == 0 }.map(\.element)
    #expect(red == [1, 2, 3, 4, 5, 6])
    let short = error { () throws(GLError) in
      try texture.upload(bytes: [UInt8](repeating: 0, count: 7), rowStride: 5)
    }
    #expect(short == .bufferTooSmall(call: "glTexSubImage", needed: 8, given: 7))
    let narrow = error { () throws(GLError) in
      try texture.upload(bytes: [UInt8](repeating: 0, count: 8), rowStride: 2)
    }
    #expect(narrow?.description.contains("row stride of 2") == true)
  }

  @Test func layersOfAnArrayAreSeparateTargets() throws {
    guard let context = testContext() else { return }
    let array = try Texture(context, width: 2, height: 2, layers: 3, format: .rgba32f)
    for layer in 0..<3 { try array.upload([Float](repeating: Float(layer) + 0.5, count: 16), layer: layer) }
    let one = try Framebuffer(context, colors: [array.attachment(layer: 1)])
    one.clear(red: 7, green: 7, blue: 7, alpha: 7)
    let all = try Framebuffer(context, colors: (0..<3).map { array.attachment(layer: $0) })
    for (layer, value) in [Float(0.5), 7, 2.5].enumerated() {
      let floats = try all.readFloats(attachment: layer)
      #expect(floats == [Float](repeating: value, count: 16))
    }
    let outside = error { () throws(GLError) in try array.upload([Float](repeating: 0, count: 16), layer: 3) }
    #expect(outside?.description.contains("layer 3 of 3") == true)
  }

  @Test func mipmapsAverage() throws {
    guard let context = testContext() else { return }
    let texture = try Texture(context, width: 4, height: 4, format: .rgba8, filter: .trilinear, mipmapped: true)
    #expect(texture.levels == 3)
    try texture.upload(bytes: (0..<16).flatMap { [UInt8($0 * 16), 0, 0, 255] })
    try texture.generateMipmaps()
    let output = try Texture(context, width: 1, height: 1, format: .rgba8)
    let target = try Framebuffer(context, colors: [output.attachment()])
    let program = try ShaderProgram(
      context, name: "smallest level", vertex: coverVertex,
      fragment: """
        #version 300 es
        precision highp float;
        uniform sampler2D image;
        out vec4 color;
        void main() { color = textureLod(image, vec2(0.5), 2.0); }
        """)
    program.set("image", 0)
    target.bind()
    texture.bind(unit: 0)
    program.use()
    try VertexArray(context).draw(.triangleStrip, count: 4)
    let pixels = try target.readBytes()
    #expect(abs(Int(pixels[0]) - 120) <= 2)
  }
}
