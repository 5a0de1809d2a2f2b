DELETE DATA {
GRAPH <%graph%> {
%statements%}
}
