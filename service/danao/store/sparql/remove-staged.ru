DELETE { GRAPH <%graph%> { ?subject ?predicate ?object } }
WHERE { GRAPH <%staged%> { ?subject ?predicate ?object } }
