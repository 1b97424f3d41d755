/// The attributes of one ONNX node, with the defaults of its operator's specification.
struct NodeAttributes {
  private let attributes: [String: ONNXAttributeProto]

  init(_ node: ONNXNodeProto) {
    attributes = Dictionary(node.attribute.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func has(_ name: String) -> Bool { attributes[name] != nil }
  func integer(_ name: String, default value: Int) -> Int { attributes[name].map { Int($0.i) } ?? value }
  func integers(_ name: String, default value: [Int]) -> [Int] {
    attributes[name].map { $0.ints.map(Int.init) } ?? value
  }
  func float(_ name: String, default value: Float) -> Float { attributes[name]?.f ?? value }
  func floats(_ name: String) -> [Float] { attributes[name]?.floats ?? [] }
  func text(_ name: String, default value: String) -> String {
    attributes[name].map { String(decoding: $0.s, as: UTF8.self) } ?? value
  }
  func tensor(_ name: String) -> ONNXTensorProto? { attributes[name]?.t }
}
