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

  @Test func convolutionsThatCantBeAreRefused() {
    let weights = constant("w", [3, 2, 3, 3])
    func conv(_ attributes: [String: [Int64]], _ weights: ONNXTensorProto) -> String {
      refusal([node("Conv", ["image", "w"], attributes)], [weights])
    }
    #expect(conv(["pads": [1, 1, 1]], weights).contains("pads [1, 1, 1] are not 4 numbers"))
    #expect(conv(["strides": [0, 1]], weights).contains("strides [0, 1]"))
    #expect(conv(["dilations": [9, 9]], weights).contains("reaches over 19 elements"))
    #expect(conv(["kernel_shape": [5, 5]], weights).contains("kernel_shape [5, 5] is not that of its weights"))
    #expect(conv(["pads": [1, 1, 1, 1]], constant("w", [3, 4, 3, 3])).contains("for 4 channels"))
    #expect(conv(["pads": [1, 1, 1, 1], "group": [2]], constant("w", [3, 1, 3, 3])).contains("2 groups"))
    #expect(conv([:], constant("w", [3, 2])).contains("dimensions [3, 2]"))
    #expect(refusal([node("Conv", ["image", "elsewhere"])]).contains("'elsewhere'"))
    #expect(refusal([node("Conv", ["nowhere", "w"])], [weights]).contains("'nowhere'"))
  }

  @Test func convolutionsOfGurnsOwnFormsBecomeItsLayers() throws {
    func operation(_ attributes: [String: [Int64]], _ dimensions: [Int64]) throws -> Operator? {
      let convolution = node("Conv", ["image", "w"], attributes)
      return try ONNXImport.graph(from: model([convolution], [constant("w", dimensions)]), name: "m").nodes.last?
        .operation
    }
    if case .convolution? = try operation(["pads": [1, 1, 1, 1], "strides": [2, 2]], [3, 2, 3, 3]) {
    } else {
      Issue.record("a plain 3×3 is no layer")
    }
    if case .depthwiseConvolution? = try operation(["pads": [1, 1, 1, 1], "group": [2]], [2, 1, 3, 3]) {
    } else {
      Issue.record("a depthwise 3×3 is no layer")
    }
    for attributes in [["pads": [0, 0, 0, 0]], ["pads": [1, 1, 1, 1], "strides": [1, 2]], ["dilations": [1, 2]]]
      as [[String: [Int64]]]
    {
      if case .general(.convolution)? = try operation(attributes, [3, 2, 3, 3]) {
      } else {
        Issue.record("\(attributes) is no general convolution")
      }
    }
  }

  @Test func clipsBecomeTheActivationTheyAre() throws {
    func clip(_ low: Float, _ high: Float) throws -> Operator? {
      let limits = [constant("low", [], low), constant("high", [], high)]
      return try ONNXImport.graph(from: model([node("Clip", ["image", "low", "high"])], limits), name: "m").nodes[0]
        .operation
    }
    #expect(try clip(0, 6) == .activation(.relu6))
    #expect(try clip(0, .infinity) == .activation(.relu))
    #expect(try clip(-1, 1) == .general(.function(ElementFunction(.clip, a: -1, b: 1))))
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

  @Test func whatDoesNotFitIsRefused() {
    #expect(refusal([node("AveragePool", ["image"], ["kernel_shape": [5, 5]])]).contains("reaches over 5 elements"))
    #expect(refusal([node("AveragePool", ["image"], ["kernel_shape": [0, 0]])]).contains("kernel_shape [0, 0]"))
    #expect(refusal([node("ReduceMean", ["image"], ["axes": [4]])]).contains("axis 4 is none of 4"))
    #expect(refusal([node("Transpose", ["image"], ["perm": [0, 1, 1, 2]])]).contains("perm [0, 1, 1, 2]"))
    #expect(
      refusal([node("Concat", ["image", "c"], ["axis": [1]])], [constant("c", [1, 2, 3, 6])]).contains("joined"))
    #expect(refusal([node("Split", ["image"], ["axis": [1], "split": [3]])]).contains("parts [3]"))
    #expect(refusal([node("Squeeze", ["image"], ["axes": [1]])]).contains("axes [1]"))
    #expect(refusal([node("Mul", ["image", "c"])], [constant("c", [5])]).contains("can't be broadcast"))
    #expect(refusal([node("Pad", ["image"], ["pads": [1, 2]])]).contains("pads [1, 2]"))
    #expect(refusal([node("Reshape", ["image", "image"])]).contains("not a constant"))
  }

  @Test func whatConstantsAloneDecideIsComputedBefore() throws {
    func integers(_ name: String, _ numbers: [Int64]) -> ONNXTensorProto {
      ONNXTensorProto.with {
        $0.name = name
        $0.dims = [Int64(numbers.count)]
        $0.dataType = 7
        $0.int64Data = numbers
      }
    }
    // As exporters write x.view(x.size(0), -1) by way of the input's shape.
    let nodes = [
      node("Shape", ["image"], output: "all"), node("Gather", ["all", "zero"], output: "batch"),
      node("Concat", ["batch", "rest"], ["axis": [0]], output: "shape"), node("Reshape", ["image", "shape"]),
    ]
    let graph = try ONNXImport.graph(
      from: model(nodes, [integers("zero", [0]), integers("rest", [-1])]), name: "m")
    #expect(graph.nodes.isEmpty && graph.outputs[0].range == 0..<48)
  }

  @Test func matricesMustFitTheirInput() {
    let flat = node("Flatten", ["image"], output: "flat")
    #expect(refusal([node("Gemm", ["image", "w"])], [constant("w", [48, 3])]).contains("flatten it first"))
    #expect(refusal([flat, node("Gemm", ["flat", "w"])], [constant("w", [47, 3])]).contains("for 47 elements"))
    #expect(
      refusal([flat, node("Gemm", ["flat", "w", "b"])], [constant("w", [48, 3]), constant("b", [2])]).contains(
        "broadcast"))
    #expect(refusal([node("Flatten", ["image"], ["axis": [5]])]).contains("axis 5"))
    #expect(
      refusal([flat, node("Conv", ["flat", "w"])], [constant("w", [1, 2, 1, 1])]).contains("2 axes, not 3 to 5"))
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
    wrong.int64Data = [5, 12]
    #expect(refusal([nodes[0]], [wrong]).contains("shape [5, 12] does not hold the 48 elements"))
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

  @Test func inputsMustBeOfFixedSize() {
    for sizes: [Int64] in [[1, 1, 0, 6], [1, 1, 1 << 40, 6], [1, 0]] {
      var model = model([node("Relu", ["image"])])
      model.graph.input = [input(sizes: sizes)]
      let error = #expect(throws: ImportError.self) { try ONNXImport.graph(from: model, name: "m") }
      #expect(error?.description.hasPrefix("the graph's input: ") == true)
    }
  }

  @Test func severalInputsLieBehindOneAnother() throws {
    var model = model([node("Sub", ["image", "other"])])
    var other = input(sizes: [6])
    other.name = "other"
    model.graph.input.append(other)
    let graph = try ONNXImport.graph(from: model, name: "m")
    #expect(graph.inputParts == [.init(name: "image", range: 0..<48), .init(name: "other", range: 48..<54)])
    let values = try ReferenceExecutor(graph).run((0..<graph.input.shape.count).map(Double.init))
    #expect(values[graph.outputs[0].value][7] == 7 - 49)
  }

  @Test func whatNothingReadsIsDropped() throws {
    var split = node("Split", ["image"], ["axis": [2]], output: "top")
    split.output.append("bottom")
    let nodes = [node("Tanh", ["image"], output: "unread"), split, node("Exp", ["bottom"])]
    let graph = try ONNXImport.graph(from: model(nodes), name: "m")
    #expect(graph.nodes.map(\.inputs) == [[0], [1]])
    #expect(graph.outputs[0].value == 2)
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
