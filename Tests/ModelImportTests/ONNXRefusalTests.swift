import Foundation
import ModelImport
import NeuralGraph
import SwiftProtobuf
import Testing

@Suite struct ONNXRefusalTests {
  /// A model of one 2×4×6 image and the nodes given; the last one's output is the graph's.
  private func model(_ nodes: [ONNXNodeProto], _ constants: [ONNXTensorProto] = []) -> ONNXModelProto {
    ONNXModelProto.with { model in
      model.graph = ONNXGraphProto.with { graph in
        graph.input = [input(sizes: [0, 2, 4, 6])]
        graph.node = nodes
        graph.initializer = constants
        graph.output = [ONNXValueInfoProto.with { $0.name = nodes.last?.output.first ?? "image" }]
      }
    }
  }

  private func input(sizes: [Int64]) -> ONNXValueInfoProto {
    ONNXValueInfoProto.with { input in
      input.name = "image"
      input.type.tensorType.shape.dim = sizes.map { size in ONNXTensorShapeProto.Dimension.with { $0.dimValue = size } }
    }
  }

  private func node(
    _ operation: String, _ inputs: [String], _ integers: [String: [Int64]] = [:], output: String = "y"
  ) -> ONNXNodeProto {
    ONNXNodeProto.with { node in
      node.name = "the \(operation)"
      node.opType = operation
      node.input = inputs
      node.output = [output]
      node.attribute = integers.map { name, values in
        ONNXAttributeProto.with {
          $0.name = name
          $0.ints = values
          $0.i = values.first ?? 0
        }
      }
    }
  }

  private func constant(_ name: String, _ dimensions: [Int64], _ value: Float = 1) -> ONNXTensorProto {
    ONNXTensorProto.with { tensor in
      tensor.name = name
      tensor.dims = dimensions
      tensor.dataType = 1
      tensor.floatData = [Float](repeating: value, count: Int(dimensions.reduce(1, *)))
    }
  }

  private func refusal(_ nodes: [ONNXNodeProto], _ constants: [ONNXTensorProto] = []) -> String {
    let error = #expect(throws: ImportError.self) { try ONNXImport.graph(from: model(nodes, constants), name: "m") }
    return error?.description ?? ""
  }

  @Test func unknownOperatorsAreNamed() {
    #expect(refusal([node("LSTM", ["image"])]) == "LSTM node 'the LSTM': this operator is not supported")
  }

  @Test func convolutionsOfOtherFormsAreRefused() {
    let weights = constant("w", [3, 2, 3, 3])
    func conv(_ attributes: [String: [Int64]], _ weights: ONNXTensorProto) -> String {
      refusal([node("Conv", ["image", "w"], attributes)], [weights])
    }
    #expect(conv(["pads": [0, 0, 0, 0]], weights).contains("pads [0, 0, 0, 0] are not 1 on all sides"))
    #expect(conv(["pads": [1, 1, 1, 1], "strides": [3, 3]], weights).contains("strides [3, 3]"))
    #expect(conv(["pads": [1, 1, 1, 1], "strides": [1, 2]], weights).contains("strides [1, 2]"))
    #expect(conv(["pads": [1, 1, 1, 1], "dilations": [2, 2]], weights).contains("dilation"))
    #expect(conv(["pads": [2, 2, 2, 2]], constant("w", [3, 2, 5, 5])).contains("kernel 5×5"))
    #expect(conv(["pads": [1, 1, 1, 1]], constant("w", [3, 4, 3, 3])).contains("for 4 channels"))
    #expect(conv(["pads": [1, 1, 1, 1], "group": [2]], constant("w", [4, 1, 3, 3])).contains("2 groups"))
    #expect(conv([:], constant("w", [3, 2])).contains("dimensions [3, 2]"))
    #expect(refusal([node("Conv", ["image", "elsewhere"])]).contains("input 1 is not a constant"))
    #expect(refusal([node("Conv", ["nowhere", "w"])], [weights]).contains("'nowhere'"))
  }

  @Test func clipsOtherThanReLU6AreRefused() {
    func clip(_ low: Float, _ high: Float) -> String {
      refusal([node("Clip", ["image", "low", "high"])], [constant("low", [], low), constant("high", [], high)])
    }
    #expect(clip(-1, 6).contains("lower limit is -1.0"))
    #expect(clip(0, 1).contains("upper limit is 1.0"))
    #expect(refusal([node("Clip", ["image"])]).contains("lower limit is missing"))
  }

  @Test func aClipWithoutUpperLimitIsReLU() throws {
    let graph = try ONNXImport.graph(
      from: model([node("Clip", ["image", "low"])], [constant("low", [], 0)]), name: "m")
    #expect(graph.nodes.map(\.operation) == [.activation(.relu)])
    #expect(graph.name == "m" && graph.outputs[0].range == 0..<48)
  }

  @Test func anActivationOfASharedValueStaysANodeOfItsOwn() throws {
    let nodes = [
      node("Conv", ["image", "w"], ["pads": [1, 1, 1, 1]], output: "a"), node("Relu", ["a"], output: "b"),
      node("Add", ["a", "b"]),
    ]
    let graph = try ONNXImport.graph(from: model(nodes, [constant("w", [3, 2, 3, 3])]), name: "m")
    #expect(graph.nodes.count == 3)
    #expect(graph.nodes[1].operation == .activation(.relu))
    #expect(graph.nodes[2].inputs == [1, 2])
  }

  @Test func poolsAndMeansOfOtherFormsAreRefused() {
    #expect(
      refusal([node("AveragePool", ["image"], ["kernel_shape": [3, 3], "strides": [3, 3]])]).contains(
        "kernel 3 does not divide"))
    #expect(
      refusal([node("AveragePool", ["image"], ["kernel_shape": [2, 2]])]).contains("strides are not its kernel [2, 2]"))
    #expect(
      refusal([node("AveragePool", ["image"], ["kernel_shape": [0, 0], "strides": [0, 0]])]).contains("not square"))
    #expect(refusal([node("ReduceMean", ["image"], ["axes": [1]])]).contains("axes [1]"))
  }

  @Test func matricesMustFitTheFlatValue() {
    let flat = node("Flatten", ["image"], output: "flat")
    #expect(refusal([node("Gemm", ["image", "w"])], [constant("w", [48, 3])]).contains("flatten it first"))
    #expect(refusal([flat, node("Gemm", ["flat", "w"])], [constant("w", [47, 3])]).contains("for 47 elements"))
    #expect(
      refusal([flat, node("Gemm", ["flat", "w", "b"])], [constant("w", [48, 3]), constant("b", [2])]).contains(
        "2 biases for 3"))
    #expect(refusal([node("Flatten", ["image"], ["axis": [2]])]).contains("axis is not 1"))
    #expect(
      refusal([flat, node("Conv", ["flat", "w"])], [constant("w", [1, 2, 1, 1])]).contains("flat, not an image"))
  }

  @Test func aReshapeToARowIsAFlatten() throws {
    let shape = ONNXTensorProto.with {
      $0.name = "shape"
      $0.dims = [2]
      $0.dataType = 7
      $0.int64Data = [-1, 48]
    }
    let nodes = [node("Reshape", ["image", "shape"], output: "flat"), node("MatMul", ["flat", "w"])]
    let graph = try ONNXImport.graph(from: model(nodes, [shape, constant("w", [48, 3])]), name: "m")
    #expect(graph.nodes.count == 1)
    var wrong = shape
    wrong.int64Data = [4, 12]
    #expect(refusal([nodes[0]], [wrong]).contains("shape [4, 12] is not one row"))
  }

  @Test func tensorsMustHoldWhatTheySay() {
    var tensor = constant("w", [3, 2, 3, 3])
    tensor.floatData.removeLast()
    #expect(refusal([node("Relu", ["image"])], [tensor]).contains("it has 53 numbers"))
    tensor.dims = [Int64.max, Int64.max]
    #expect(refusal([node("Relu", ["image"])], [tensor]).contains("impossible"))
    tensor.dims = [-1]
    #expect(refusal([node("Relu", ["image"])], [tensor]).contains("impossible"))
    tensor.dataLocation = 1
    #expect(refusal([node("Relu", ["image"])], [tensor]).contains("separate file"))
    tensor.dataLocation = 0
    tensor.dims = []
    tensor.dataType = 8
    #expect(refusal([node("Relu", ["image"])], [tensor]).contains("data type 8"))
  }

  @Test func theInputMustBeOneImageOfFixedSize() {
    for sizes: [Int64] in [[1, 2, 4], [1, 1, 0, 6], [1, 1, 1 << 40, 6], []] {
      var model = model([node("Relu", ["image"])])
      model.graph.input = [input(sizes: sizes)]
      let error = #expect(throws: ImportError.self) { try ONNXImport.graph(from: model, name: "m") }
      #expect(error?.description.hasPrefix("the graph's input: ") == true)
    }
    var model = model([node("Relu", ["image"])])
    model.graph.input = []
    #expect(throws: ImportError.input("0 inputs where one image is right")) {
      try ONNXImport.graph(from: model, name: "m")
    }
  }

  @Test func metadataMustFitTheGraph() {
    func fault(_ json: String) -> String {
      var model = model([node("Relu", ["image"])])
      model.metadataProps = [
        ONNXStringStringEntryProto.with {
          $0.key = "gurn"
          $0.value = json
        }
      ]
      let error = #expect(throws: ImportError.self) { try ONNXImport.graph(from: model, name: "m") }
      return error?.description ?? ""
    }
    func outputs(_ json: String, normalization: String = "none") -> String {
      fault("{\"name\": \"m\", \"normalization\": \"\(normalization)\", \"outputs\": [\(json)]}")
    }
    #expect(fault("{") == "metadata 'gurn': no valid JSON")
    #expect(fault("{}").contains("key 'name' is missing"))
    #expect(outputs("") == "metadata 'gurn': it names no outputs")
    #expect(outputs("{\"name\": \"a\", \"tensor\": \"z\"}").contains("tensor 'z'"))
    #expect(outputs("{\"name\": \"a\", \"tensor\": \"y\", \"range\": [5, 49]}").contains("range [5, 49]"))
    #expect(outputs("{\"name\": \"a\", \"tensor\": \"y\", \"range\": [5]}").contains("range [5]"))
    #expect(outputs("{\"name\": \"a\", \"tensor\": \"y\"}", normalization: "loud").contains("'loud'"))
    #expect(outputs("{\"name\": \"a\", \"tensor\": \"y\", \"elements\": [\"x\"]}").contains("names 1 elements"))
  }

  @Test func cropsAreTakenOverOrRefused() throws {
    func graph(side: Double) throws -> Graph {
      var model = model([node("Relu", ["image"])])
      let crop = "{\"landmarks\": [36, 39], \"offset\": -0.25, \"side\": \(side), \"mirrored\": true}"
      let output = "{\"name\": \"a\", \"tensor\": \"y\"}"
      model.metadataProps = [
        ONNXStringStringEntryProto.with {
          $0.key = "gurn"
          $0.value = "{\"name\": \"m\", \"normalization\": \"none\", \"outputs\": [\(output)], \"crops\": [\(crop)]}"
        }
      ]
      return try ONNXImport.graph(from: model, name: "m")
    }
    let crop = LandmarkCrop(landmarks: [36, 39], offset: -0.25, sideFactor: 0.5, mirrored: true)
    #expect(try graph(side: 0.5).crops == [crop])
    let error = #expect(throws: ImportError.self) { _ = try graph(side: 0) }
    #expect(error?.description.contains("crop 0 lies nowhere") == true)
  }
}
