import GLES
import Testing

@Suite struct GLContextTests {
  @Test(arguments: GLRoute.allCases)
  func everyRungGivesAContextOrSaysWhyNot(route: GLRoute) throws {
    do throws(GLError) {
      let context = try GLContext(ladder: [route])
      #expect(context.route == route)
      #expect(context.version.hasPrefix("OpenGL ES 3"))
      #expect(context.notes.last?.hasSuffix("taken") == true)
      #expect(context.limits.drawBuffers >= 4 && context.limits.textureUnits >= 16)
    } catch {
      guard case .noContext(let rungs) = error else { throw error }
      #expect(
        rungs.count >= 1 && rungs.allSatisfy { $0.hasPrefix(route.rawValue) && $0.count > route.rawValue.count + 2 })
      print("rung \(rungs.joined(separator: "; "))")
    }
  }

  @Test func anEmptyLadderNamesItself() {
    #expect(throws: GLError.noContext(rungs: [])) { try GLContext(ladder: []) }
    #expect(GLError.noContext(rungs: []).description.contains("ladder is empty"))
  }

  @Test func theEnvironmentPicksRungs() {
    #expect(GLRoute.ladder(environment: [:]) == GLRoute.allCases)
    #expect(GLRoute.ladder(environment: ["GURN_EGL_ROUTE": "gbm"]) == [.gbm])
    #expect(GLRoute.ladder(environment: ["GURN_EGL_ROUTE": "Surfaceless,pbuffer"]) == [.surfaceless, .pbuffer])
    #expect(GLRoute.ladder(environment: ["GURN_EGL_ROUTE": "window"]) == GLRoute.allCases)
  }

  @Test func softwareRenderersAreKnown() {
    for name in ["llvmpipe (LLVM 15.0.6, 256 bits)", "softpipe", "Google SwiftShader", "Mesa swrast"] {
      #expect(GLContext.isSoftwareRenderer(name))
    }
    for name in ["V3D 4.2", "Mesa Intel(R) UHD Graphics 620", "Mali-G52", "NVIDIA GeForce GTX 1060/PCIe/SSE2"] {
      #expect(!GLContext.isSoftwareRenderer(name))
    }
  }

  @Test func twoContextsOnOneThreadKeepTheirOwnNames() throws {
    guard let first = testContext(), let second = testContext() else { return }
    // The second is current now; what the first makes must be usable after switching back.
    try first.makeCurrent()
    let texture = try Texture(first, width: 2, height: 1, format: .rgba8)
    try texture.upload(bytes: [1, 2, 3, 4, 5, 6, 7, 8])
    try second.makeCurrent()
    do { _ = try Texture(second, width: 1, height: 1, format: .rgba8) }
    try first.makeCurrent()
    let target = try Framebuffer(first, colors: [texture.attachment()])
    let pixels = try target.readBytes()
    #expect(pixels == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func errorsCarryTheNameOfTheCall() throws {
    guard let context = testContext() else { return }
    for width in [0, 1 << 20] {
      let refused = error { () throws(GLError) in _ = try Texture(context, width: width, height: 4, format: .r8) }
      #expect(refused?.description.contains("\(width)×4") == true)
    }
    let vertexArray = try VertexArray(context)
    // No program is in use and no vertex can be drawn in a negative number.
    vertexArray.draw(.triangles, count: -1)
    let failed = error { () throws(GLError) in try context.checkErrors("a draw of −1") }
    #expect(failed == .callFailed(call: "a draw of −1", code: 0x501))
    try context.checkErrors("nothing is left")
  }
}
