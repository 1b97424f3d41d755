import NeuralGraph

extension ONNXGraphReader {
  /// Drops nodes whose results nothing reads, such as the unused parts of a split, and numbers the rest anew.
  mutating func dropUnread(keeping outputs: inout [Graph.Output]) {
    var isRead = [Bool](repeating: false, count: drafts.count + 1)
    isRead[0] = true
    for output in outputs { isRead[output.value] = true }
    for (index, draft) in drafts.enumerated().reversed() where isRead[index + 1] {
      for input in draft.inputs { isRead[input] = true }
    }
    var numbers = [Int](repeating: 0, count: isRead.count)
    var next = 0
    for value in isRead.indices where isRead[value] {
      numbers[value] = next
      next += 1
    }
    let all = drafts
    let allShapes = shapes
    drafts = []
    shapes = [allShapes[0]]
    for (index, draft) in all.enumerated() where isRead[index + 1] {
      var draft = draft
      draft.inputs = draft.inputs.map { numbers[$0] }
      drafts.append(draft)
      shapes.append(allShapes[index + 1])
    }
    for index in outputs.indices { outputs[index].value = numbers[outputs[index].value] }
    values = [:]
    materialized = [:]
  }
}
