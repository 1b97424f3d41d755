import GLES

extension CapabilityProbe {
  /// 1 + 2⁻¹⁰ (the last bit of a half float), a large value, a negative one and a fraction; all exact in half floats.
  private static let known = SIMD4<Float>(1 + 0x1p-10, 60000, -3.5, 0.333251953125)

  /// Renders known values to that many attachments of a format, and reads them back.
  static func store(_ format: Texture.Format, targets: Int, _ programs: ProgramCache) -> Check {
    let name = "\(format.rawValue.uppercased()) × \(targets) target\(targets == 1 ? "" : "s")"
    do {
      let context = programs.context
      let texture = try Texture(context, width: 5, height: 3, layers: targets, format: format)
      let framebuffer = Owned(
        try Framebuffer(context, colors: (0..<targets).map { texture.attachment(layer: $0) }))
      framebuffer.value.clear()
      var geometry = PassGeometry()
      // A margin of one texel stays unwritten, and must read as zero.
      geometry.tile = SIMD4(1, 1, 3, 1)
      geometry.targetSize = SIMD2(5, 3)
      geometry.sourceSize = SIMD2(1, 1)
      geometry.special = known
      let pass = BoundPass(
        try programs.program(.probe, [:], blocks: targets), geometry: geometry, inputs: [], framebuffer: framebuffer,
        instances: 1)
      pass.draw(try VertexArray(context))
      var turned = known
      for target in 0..<targets {
        let pixels = try framebuffer.value.readFloats(attachment: target)
        if let wrong = firstDifference(pixels, turned, channels: format.channels) {
          return Check(name: name, passed: false, detail: "attachment \(target): \(wrong)")
        }
        turned = SIMD4(turned.y, turned.z, turned.w, turned.x)
      }
      return Check(name: name, passed: true, detail: "1 + 2⁻¹⁰, 60000, −3.5 and a margin of zeros come back exactly")
    } catch {
      return Check(name: name, passed: false, detail: "\(error)")
    }
  }

  private static func firstDifference(_ pixels: [Float], _ value: SIMD4<Float>, channels: Int) -> String? {
    for y in 0..<3 {
      for x in 0..<5 {
        let inside = y == 1 && (1...3).contains(x)
        for channel in 0..<channels {
          let expected = inside ? value[channel] : 0
          let found = pixels[(y * 5 + x) * 4 + channel]
          if found != expected { return "\(found) at (\(x), \(y)), right is \(expected)" }
        }
      }
    }
    return nil
  }
}
