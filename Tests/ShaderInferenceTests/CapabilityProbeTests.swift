import GLES
import Testing

@testable import ShaderInference

@Suite struct CapabilityProbeTests {
  @Test func theProbeSaysWhatItFoundAndChose() throws {
    guard let context = testContext() else { return }
    let report = CapabilityProbe.run(context, forced: nil)
    for line in report.lines { print("probe: \(line)") }
    #expect(report.checks.count >= 4)
    #expect(report.lines.count == report.checks.count + 4)
    #expect(report.isSoftware == context.isSoftware)
    guard let options = report.options else {
      // A driver this is so of is refused with a reason; Mesa is not such a driver.
      #expect(report.reason.hasPrefix("no shaders") && !context.renderer.contains("llvmpipe"))
      return
    }
    #expect(report.checks.count == (context.isSoftware ? 7 : 8))
    #expect(report.passMicroseconds > 0)
    #expect(options.packBuffers == !context.isSoftware)
    if context.isSoftware { #expect(options.tensorFormat == .rgba32f && !options.constantBounds) }
  }

  @Test func everyRungOfTheLadderCanBeForced() throws {
    guard let context = testContext() else { return }
    for rung in GLRung.allCases {
      let report = CapabilityProbe.run(context, forced: rung.rawValue)
      let options = try #require(report.options, "\(rung): \(report.lines)")
      #expect(options.hasFloats == rung.hasFloats && report.reason.contains("forced by GURN_GL_RUNG"))
    }
    let report = CapabilityProbe.run(context, forced: "byte")
    #expect(report.options == nil)
    #expect(report.reason == "no shaders: GURN_GL_RUNG=byte is none of float32, float16, single, bits, bytes")
  }

  @Test func weightsGoWhereConvolutionsAreFaster() throws {
    guard let context = testContext() else { return }
    let programs = ProgramCache(context)
    var options = ShaderOptions.software
    let check = CapabilityProbe.placeWeights(&options, programs)
    print("probe: \(check.name): \(check.detail)")
    #expect(check.passed)
    // Which one it is must not change what a network says.
    #expect(CapabilityProbe.network(options, programs).passed)
    #expect(CapabilityProbe.dotProduct(options, programs).passed)
  }

  @Test func aCheckFailsOnAFormatThatLosesBits() throws {
    guard let context = testContext() else { return }
    // Eight bits can hold none of the known values: the check must see that.
    let check = CapabilityProbe.store(.rgba8, targets: 1, ProgramCache(context))
    #expect(!check.passed && !check.detail.isEmpty)
  }
}
