import NeuralGraph
import Testing

@testable import ShaderInference

/// What llvmpipe would forgive and a GPU would not.
@Suite struct ShaderSourceTests {
  /// All shaders, specialised in every way these tests know.
  private var sources: [(name: String, source: String)] {
    ShaderFile.allCases.flatMap { file in
      Activation.allCases.flatMap { activation -> [(name: String, source: String)] in
        let defines = [
          "ACTIVATION": "\(activation)", "RESIDUAL_ACTIVATION": "\(activation)", "TAPS": "9", "SOURCE_BLOCKS": "3",
          "DEPTHWISE_ACTIVATION": "\(activation)", "DEPTHWISE_TAPS": "9", "MAXIMUM_LANDMARKS": "16",
        ]
        return [
          ("\(file).glsl", file.fragmentSource(defines, blocks: 4)), ("\(file), vertex", file.vertexSource(defines)),
        ]
      }
    }
  }

  @Test func everySamplerIsHighp() {
    for (name, source) in sources {
      #expect(source.hasPrefix("#version 300 es\nprecision highp float;\n"), "\(name)")
      for type in ["sampler2D", "sampler2DArray"] {
        #expect(source.contains("precision highp \(type);"), "\(name) has no default precision for \(type)")
      }
      #expect(!source.contains("mediump") && !source.contains("lowp"), "\(name)")
      for line in source.split(separator: "\n") where line.hasPrefix("uniform") && line.contains("sampler") {
        #expect(line.contains("highp"), "\(name): \(line)")
      }
    }
  }

  @Test func noExponentialCanOverflow() {
    for (name, source) in sources {
      for match in source.matches(of: /exp\(([^;]*)/) where !name.contains("vertex") {
        #expect(match.output.1.hasPrefix("min("), "\(name): exp(\(match.output.1)")
      }
      // mix(∞, x, 0) is ∞ · 0 = NaN on a GPU; llvmpipe gives x.
      for line in source.split(separator: "\n") where line.contains("mix(") {
        #expect(!line.contains("exp") && !line.contains("step("), "\(name): \(line)")
      }
    }
  }

  @Test func everyActivationHasItsFunction() {
    let source = ShaderFile.elementwise.fragmentSource([:], blocks: 1)
    for activation in Activation.allCases { #expect(source.contains("vec4 \(activation)(vec4 x)")) }
  }

  @Test func divisionsAndRootsAreGuarded() {
    for (name, source) in sources {
      #expect(!source.contains("inversesqrt"), "\(name): use 1 / (sqrt + 0.01)")
      #expect(!source.contains("pow("), "\(name): undefined for negative bases")
    }
  }
}
